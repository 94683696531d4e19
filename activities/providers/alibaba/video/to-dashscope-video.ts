import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { defined } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { type HeldVideo, holdVideo, type VideoAbilities } from '../../video-features.js';
import { aspectRatioOf } from '../../video-fields.js';

export interface DashscopeVideo extends HeldVideo {
  readonly body: JsonObject;
}

const MOST_REFERENCES = 5;

/**
 * `POST /api/v1/services/aigc/video-generation/video-synthesis` of Wan 2.7 and later and of HappyHorse
 * (https://www.alibabacloud.com/help/en/model-studio/image-to-video-general-api-reference): pictures in `input.media`, each with what
 * it is. A model's name says what it makes a video of; Wan 3.0 takes any.
 */
export function toDashscopeVideo({ call, offer }: Pick<MediaAttempt<VideoCall>, 'call' | 'offer'>): DashscopeVideo {
  const held = holdVideo(call, offer, abilitiesOf(offer.vendorModel));
  const { firstFrame, lastFrame, references } = call;
  const media = [
    ...(firstFrame ? [{ type: 'first_frame', url: toUrl(firstFrame, 'input_reference') }] : []),
    ...(lastFrame ? [{ type: 'last_frame', url: toUrl(lastFrame, 'frame_images') }] : []),
    ...references.map((image) => ({ type: 'reference_image', url: toUrl(image, 'input_references') })),
  ];
  return {
    ...held,
    body: {
      model: offer.vendorModel,
      input: defined({
        prompt: call.prompt,
        negative_prompt: call.negativePrompt,
        media: media.length > 0 ? media : undefined,
      }),
      parameters: defined({
        duration: held.seconds,
        // `720P`.
        resolution: held.resolution?.toUpperCase(),
        // The shape of what begins with a picture is the picture's.
        ratio: firstFrame ? undefined : aspectRatioOf(call),
        seed: call.seed,
        watermark: false,
      }),
    },
  };
}

function abilitiesOf(model: string): VideoAbilities {
  const common = {
    ...{ sound: 'always' as const, seconds: { usual: 5, least: 2, most: 15 } },
    features: ['negative_prompt', 'seed', 'aspect_ratio'] as const,
  };
  if (/-i2v/.test(model)) return { ...common, firstFrame: 'must', lastFrame: true, references: 0 };
  if (/-r2v/.test(model)) return { ...common, firstFrame: 'no', references: MOST_REFERENCES, mustRefer: true };
  if (/-t2v/.test(model)) return { ...common, firstFrame: 'no', references: 0 };
  return { ...common, firstFrame: 'may', lastFrame: true, references: MOST_REFERENCES };
}
