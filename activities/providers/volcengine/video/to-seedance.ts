import type { MediaSource } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { defined } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { type HeldVideo, holdVideo, type VideoAbilities } from '../../video-features.js';
import { aspectRatioOf } from '../../video-fields.js';

const ABLE: VideoAbilities = {
  ...{ firstFrame: 'may', lastFrame: true, references: 9, sound: 'as_asked', features: ['seed', 'aspect_ratio'] },
  seconds: { usual: 5, least: 4, most: 15 },
};

export interface Seedance extends HeldVideo {
  readonly body: JsonObject;
}

/** `POST /contents/generations/tasks` (https://www.volcengine.com/docs/82379/1520757). */
export function toSeedance({
  call,
  offer,
  callbackUrl,
}: Pick<MediaAttempt<VideoCall>, 'call' | 'offer' | 'callbackUrl'>): Seedance {
  const held = holdVideo(call, offer, ABLE);
  const { prompt, firstFrame, lastFrame, references } = call;
  return {
    ...held,
    body: defined({
      model: offer.vendorModel,
      content: [
        { type: 'text', text: prompt },
        ...(firstFrame ? [imageOf(firstFrame, 'first_frame', 'input_reference')] : []),
        ...(lastFrame ? [imageOf(lastFrame, 'last_frame', 'frame_images')] : []),
        ...references.map((image) => imageOf(image, 'reference_image', 'input_references')),
      ],
      duration: held.seconds,
      resolution: held.resolution,
      ratio: aspectRatioOf(call),
      seed: call.seed,
      generate_audio: call.withAudio,
      // Made for a caller, who has not asked for the vendor's mark.
      watermark: false,
      callback_url: callbackUrl,
    }),
  };
}

function imageOf(source: MediaSource, role: string, param: string): JsonObject {
  return { type: 'image_url', image_url: { url: toUrl(source, param) }, role };
}
