import type { MediaSource } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { defined } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { type HeldVideo, holdVideo, type VideoAbilities } from '../../video-features.js';
import { aspectRatioOf } from '../../video-fields.js';

const ABLE: VideoAbilities = {
  ...{ firstFrame: 'may', lastFrame: true, references: 0, sound: 'as_asked' },
  seconds: { usual: 5, least: 5, most: 10, only: true },
  features: ['negative_prompt', 'aspect_ratio'],
};
/** Kling's words for how fine a video is. */
const MODES: { readonly [resolution: string]: string | undefined } = { '720p': 'std', '1080p': 'pro' };

export interface KlingVideo extends HeldVideo {
  readonly path: string;
  readonly body: JsonObject;
}

/** `POST /v1/videos/text2video`, or `image2video` where there is a first frame. A task has the attempt's key, so that it is one. */
export function toKlingVideo({
  call,
  offer,
  attemptKey,
  callbackUrl,
}: Pick<MediaAttempt<VideoCall>, 'call' | 'offer' | 'attemptKey' | 'callbackUrl'>): KlingVideo {
  const held = holdVideo(call, offer, ABLE);
  const { firstFrame, lastFrame } = call;
  const { resolution } = held;
  const mode = resolution === undefined ? undefined : MODES[resolution];
  if (resolution !== undefined && mode === undefined) {
    throw refuseCall('Kling makes videos of 720p and 1080p.', 'resolution');
  }
  return {
    ...held,
    path: firstFrame ? '/v1/videos/image2video' : '/v1/videos/text2video',
    body: defined({
      model_name: offer.vendorModel,
      prompt: call.prompt,
      negative_prompt: call.negativePrompt,
      duration: String(held.seconds),
      mode,
      // The shape of what begins with a picture is the picture's.
      aspect_ratio: firstFrame ? undefined : aspectRatioOf(call),
      sound: call.withAudio === undefined ? undefined : call.withAudio ? 'on' : 'off',
      image: firstFrame && imageOf(firstFrame, 'input_reference'),
      image_tail: lastFrame && imageOf(lastFrame, 'frame_images'),
      external_task_id: attemptKey,
      callback_url: callbackUrl,
    }),
  };
}

/** Bare base64, or a URL. */
function imageOf(source: MediaSource, param: string): string {
  return source.type === 'base64' ? source.data : toUrl(source, param);
}
