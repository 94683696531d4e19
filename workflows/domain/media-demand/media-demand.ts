import type { MediaKind } from '../../contracts/kinds.js';
import type { MediaCall, MediaCallFor } from '../../contracts/media-calls.js';
import type { Demand } from '../../contracts/requests.js';
import { embeddingDemand } from './embedding-demand.js';
import { imageDemand } from './image-demand.js';
import type { MediaSize } from './media-size.js';
import { moderationDemand } from './moderation-demand.js';
import { rerankDemand } from './rerank-demand.js';
import { speechDemand } from './speech-demand.js';
import { transcriptionDemand } from './transcription-demand.js';
import { videoDemand } from './video-demand.js';

const DEMANDS: { readonly [K in MediaKind]: (call: MediaCallFor<K>) => MediaSize } = {
  embedding: embeddingDemand,
  rerank: rerankDemand,
  moderation: moderationDemand,
  image: imageDemand,
  speech: speechDemand,
  transcription: transcriptionDemand,
  video: videoDemand,
};

/** As `demandOf` of a conversation: upper bounds from the call alone, always the same. */
export function demandOfMedia(call: MediaCall): Demand {
  // The demand of a call's kind takes that call, which a table by kind cannot say to the compiler.
  const { textBytes, units, asked, usual } = (DEMANDS[call.kind] as (call: MediaCall) => MediaSize)(call);
  return {
    ...{ inputBytes: textBytes, textBytes, images: 0, unboundedMedia: false, choices: 1, searches: 0, needs: [] },
    media: { units: { requests: 1, ...units }, asked, ...(usual && { usual }) },
  };
}
