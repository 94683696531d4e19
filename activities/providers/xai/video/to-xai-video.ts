import type { MediaSource } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { resolutionOf } from '../../video-fields.js';

/** `POST /v1/videos/generations`; `duration` is 1 to 15 whole seconds. */
export function toXaiVideo({ call, offer }: MediaAttempt<VideoCall>): JsonObject {
  if (call.lastFrame) throw refuseCall('The vendor takes no last frame. Leave it out.', 'frame_images');
  if (call.negativePrompt !== undefined) {
    throw refuseCall(
      'The vendor takes no negative prompt. Say in the prompt what is not to be seen.',
      'negative_prompt',
    );
  }
  if (call.withAudio === false) throw refuseCall('The vendor makes sound with every video.', 'generate_audio');
  const { prompt, seconds, aspectRatio, firstFrame, references } = call;
  const resolution = resolutionOf(call);
  return {
    model: offer.vendorModel,
    prompt,
    ...(seconds !== undefined && { duration: Math.ceil(seconds) }),
    ...(aspectRatio !== undefined && { aspect_ratio: aspectRatio }),
    ...(resolution !== undefined && { resolution }),
    ...(firstFrame && { image: toImage(firstFrame) }),
    ...(references.length > 0 && { reference_images: references.map(toImage) }),
  };
}

function toImage(source: MediaSource): JsonObject {
  return { url: toUrl(source, 'input_reference') };
}
