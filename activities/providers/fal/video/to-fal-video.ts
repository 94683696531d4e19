import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { toUrl } from '../../fetch-media.js';
import { defined } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { type HeldVideo, holdVideo, type VideoAbilities } from '../../video-features.js';
import { aspectRatioOf } from '../../video-fields.js';

/** The families of models whose input is known here, and how each writes it (the `llms.txt` of its page on fal.ai). */
interface Family {
  readonly models: RegExp;
  readonly able: Pick<VideoAbilities, 'seconds' | 'sound' | 'features' | 'lastFrame'>;
  readonly duration: (seconds: number) => string | number;
  readonly resolution: (resolution: string) => string;
}

const asItIs = (resolution: string): string => resolution;

const FAMILIES: readonly Family[] = [
  {
    models: /^bytedance\/seedance-/,
    able: {
      ...{ seconds: { usual: 5, least: 4, most: 15 }, sound: 'as_asked', features: ['seed', 'aspect_ratio'] },
      lastFrame: true,
    },
    duration: String,
    resolution: asItIs,
  },
  {
    models: /^luma\/agent\/ray\//,
    able: { seconds: { usual: 5, least: 5, most: 10, only: true }, sound: 'always', features: ['aspect_ratio'] },
    duration: (seconds) => `${seconds}s`,
    resolution: asItIs,
  },
  {
    models: /^minimax\/h3/,
    able: { seconds: { usual: 5, least: 5, most: 15 }, sound: 'always', features: ['seed', 'aspect_ratio'] },
    duration: (seconds) => seconds,
    // `768P`, `2K`.
    resolution: (resolution) => resolution.toUpperCase(),
  },
];
/** The careful guess for models of the operator's own offers. */
const OTHERS: Family = {
  models: /./,
  able: {
    seconds: { usual: 5, least: 1, most: 60 },
    sound: 'as_asked',
    features: ['seed', 'aspect_ratio', 'negative_prompt'],
  },
  duration: String,
  resolution: asItIs,
};
const MOST_REFERENCES = 9;

export interface FalVideo extends HeldVideo {
  readonly body: JsonObject;
}

/** `POST https://queue.fal.run/{model}`; a model's name says what it makes a video of. */
export function toFalVideo({ call, offer }: Pick<MediaAttempt<VideoCall>, 'call' | 'offer'>): FalVideo {
  const { vendorModel: model } = offer;
  const family = FAMILIES.find(({ models }) => models.test(model)) ?? OTHERS;
  const isOfImage = /image-to-video/.test(model);
  const isOfReferences = /reference-to-video/.test(model);
  const held = holdVideo(call, offer, {
    ...family.able,
    firstFrame: isOfImage ? 'must' : 'no',
    references: isOfReferences ? MOST_REFERENCES : 0,
    ...(isOfReferences && { mustRefer: true as const }),
  });
  const { firstFrame, lastFrame, references } = call;
  return {
    ...held,
    body: defined({
      prompt: call.prompt,
      negative_prompt: call.negativePrompt,
      duration: family.duration(held.seconds),
      resolution: held.resolution && family.resolution(held.resolution),
      aspect_ratio: aspectRatioOf(call),
      generate_audio: family.able.sound === 'as_asked' ? call.withAudio : undefined,
      seed: family.able.features.includes('seed') ? call.seed : undefined,
      image_url: firstFrame && toUrl(firstFrame, 'input_reference'),
      end_image_url: lastFrame && toUrl(lastFrame, 'frame_images'),
      ...(isOfReferences && { image_urls: references.map((image) => toUrl(image, 'input_references')) }),
    }),
  };
}
