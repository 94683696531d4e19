import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { defined } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { type HeldVideo, holdVideo, type VideoAbilities } from '../../video-features.js';
import { aspectRatioOf } from '../../video-fields.js';

const ABLE: VideoAbilities = {
  ...{ firstFrame: 'may', lastFrame: true, references: 4, sound: 'as_asked' },
  seconds: { usual: 5, least: 1, most: 60 },
  features: ['seed', 'aspect_ratio', 'negative_prompt'],
};

export interface ReplicateVideo extends HeldVideo {
  readonly input: JsonObject;
}

/**
 * The `input` that official models which make videos have in common (their pages on replicate.com); one that does not know a field
 * refuses it, in its own words.
 */
export function toReplicateVideo({ call, offer }: Pick<MediaAttempt<VideoCall>, 'call' | 'offer'>): ReplicateVideo {
  const held = holdVideo(call, offer, ABLE);
  const { firstFrame, lastFrame, references } = call;
  const input = defined({
    prompt: call.prompt,
    negative_prompt: call.negativePrompt,
    duration: held.seconds,
    resolution: held.resolution,
    aspect_ratio: aspectRatioOf(call),
    generate_audio: call.withAudio,
    seed: call.seed,
    image: firstFrame && toUrl(firstFrame, 'input_reference'),
    last_frame: lastFrame && toUrl(lastFrame, 'frame_images'),
    ...(references.length > 0 && { reference_images: references.map((image) => toUrl(image, 'input_references')) }),
  });
  return { ...held, input };
}
