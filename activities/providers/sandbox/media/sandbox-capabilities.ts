import type { MediaCapabilities } from '../../port.js';
import { behaving } from './on-purpose.js';
import { embedInSandbox } from './sandbox-embeddings.js';
import { makeImagesInSandbox } from './sandbox-images.js';
import { moderateInSandbox } from './sandbox-moderation.js';
import { rerankInSandbox } from './sandbox-rerank.js';
import { speakInSandbox } from './sandbox-speech.js';
import { transcribeInSandbox } from './sandbox-transcription.js';

/** What the sandbox does besides chat: offline, always the same, and labelled as made up by the vendor's name. */
export const SANDBOX_CAPABILITIES: MediaCapabilities = {
  embedding: behaving(embedInSandbox),
  rerank: behaving(rerankInSandbox),
  moderation: behaving(moderateInSandbox),
  speech: speakInSandbox,
  transcription: transcribeInSandbox,
  image: behaving(makeImagesInSandbox),
};
