import type { MediaSource } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { defined } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { type HeldVideo, holdVideo, type VideoAbilities } from '../../video-features.js';
import { aspectRatioOf } from '../../video-fields.js';

const ABLE: VideoAbilities = {
  ...{ firstFrame: 'may', lastFrame: true, references: 9, sound: 'always', features: ['aspect_ratio'] },
  seconds: { usual: 5, least: 5, most: 15 },
};

export interface MiniMaxVideo extends HeldVideo {
  readonly body: JsonObject;
  /** Each costs. */
  readonly images: number;
}

/**
 * `POST /v2/video_generation` of MiniMax-H3 (https://platform.minimax.io/docs/api-reference/video-generation). Words alone have no
 * shape of their own, so that one is sent.
 */
export function toMiniMaxVideo({ call, offer }: Pick<MediaAttempt<VideoCall>, 'call' | 'offer'>): MiniMaxVideo {
  const held = holdVideo(call, offer, ABLE);
  const { prompt, firstFrame, lastFrame, references } = call;
  const images = [
    ...(firstFrame ? [imageOf(firstFrame, 'first_frame', 'input_reference')] : []),
    ...(lastFrame ? [imageOf(lastFrame, 'last_frame', 'frame_images')] : []),
    ...references.map((image) => imageOf(image, 'reference_image', 'input_references')),
  ];
  return {
    ...held,
    images: images.length,
    body: defined({
      model: offer.vendorModel,
      content: [{ type: 'text', text: prompt }, ...images],
      duration: held.seconds,
      // `768P`, `2K`.
      resolution: held.resolution?.toUpperCase(),
      ratio: aspectRatioOf(call) ?? (images.length === 0 ? '16:9' : undefined),
    }),
  };
}

function imageOf(source: MediaSource, role: string, param: string): JsonObject {
  return { type: 'image_url', image_url: { url: toUrl(source, param) }, role };
}
