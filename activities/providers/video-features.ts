import type { VideoCall } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Warning } from '../../workflows/contracts/warning.js';
import { refuseCall } from './refuse-call.js';
import { resolutionOf } from './video-fields.js';
import { createWarnings } from './warnings.js';

/** What a model that makes videos can be asked for besides words. */
export interface VideoAbilities {
  readonly firstFrame: 'no' | 'may' | 'must';
  /** Besides a first one. */
  readonly lastFrame?: true;
  /** Most pictures of who or what is to appear; `mustRefer` where there must be one. */
  readonly references: number;
  readonly mustRefer?: true;
  /** In whole seconds: what it makes unasked, and what else. */
  readonly seconds: { readonly usual: number; readonly least: number; readonly most: number; readonly only?: true };
  readonly sound: 'as_asked' | 'always';
  readonly features: readonly ('negative_prompt' | 'seed' | 'aspect_ratio')[];
}

/** What of a call is sent in every vendor's own words. */
export interface HeldVideo {
  readonly seconds: number;
  /** Of the offer's price list, so that what is made is what is paid; absent where it has none. */
  readonly resolution?: string;
  readonly warnings: readonly Warning[];
}

/**
 * Holds a call to what the model can do. Pictures, lengths and the like that it cannot do are refused, because what it made without
 * them would be another video; a seed or a shape is left out with a warning. A length is always sent, and the resolution that the
 * price is for, so that the vendor's own idea of either is never paid by a price for another.
 */
export function holdVideo(call: VideoCall, offer: Offer, able: VideoAbilities): HeldVideo {
  holdPictures(call, able);
  if (call.withAudio === false && able.sound === 'always') {
    throw refuseCall('The vendor makes sound with every video of this model.', 'generate_audio');
  }
  if (call.negativePrompt !== undefined && !able.features.includes('negative_prompt')) {
    throw refuseCall(
      'The vendor takes no negative prompt. Say in the prompt what is not to be seen.',
      'negative_prompt',
    );
  }
  const warnings = createWarnings();
  for (const [feature, value] of [
    ['seed', call.seed],
    ['aspect_ratio', call.aspectRatio],
  ] as const) {
    if (value === undefined || able.features.includes(feature)) continue;
    warnings.add('ignored', feature, 'The vendor has no such setting for this model.');
  }
  const resolution = pricedResolution(call, offer);
  return {
    seconds: secondsOf(call, able),
    ...(resolution !== undefined && { resolution }),
    warnings: warnings.list(),
  };
}

function holdPictures({ firstFrame, lastFrame, references }: VideoCall, able: VideoAbilities): void {
  if (firstFrame && able.firstFrame === 'no') {
    throw refuseCall('This model takes no first frame. Name a model that makes videos of pictures.', 'input_reference');
  }
  if (!firstFrame && able.firstFrame === 'must') {
    throw refuseCall('This model makes a video of a picture. Send it as its first frame.', 'input_reference');
  }
  if (lastFrame && !able.lastFrame) throw refuseCall('This model takes no last frame. Leave it out.', 'frame_images');
  if (lastFrame && !firstFrame) {
    throw refuseCall('This model takes a last frame besides a first one only. Send both.', 'frame_images');
  }
  if (references.length > able.references) {
    const most = able.references === 0 ? 'takes no references' : `takes at most ${able.references} references`;
    throw refuseCall(`This model ${most}.`, 'input_references');
  }
  if (able.mustRefer && references.length === 0) {
    throw refuseCall('This model makes a video of references. Send one at least.', 'input_references');
  }
  if (references.length > 0 && firstFrame) {
    throw refuseCall('This model takes frames or references, not both.', 'input_references');
  }
}

function secondsOf({ seconds }: VideoCall, { seconds: able }: VideoAbilities): number {
  if (seconds === undefined) return able.usual;
  const whole = Math.ceil(seconds);
  const isMade = able.only ? [able.least, able.most].includes(whole) : whole >= able.least && whole <= able.most;
  if (isMade) return whole;
  const range = able.only ? `${able.least} or ${able.most}` : `${able.least} to ${able.most}`;
  throw refuseCall(`This model makes videos of ${range} seconds.`, 'seconds');
}

/** As it was asked for, where the offer has a price for it; unasked, the one that the offer's price without properties is of. */
function pricedResolution(call: VideoCall, { prices, variants = [] }: Offer): string | undefined {
  const priced = variants.flatMap(({ when, prices: { video_seconds: price } }) =>
    when.resolution === undefined ? [] : [{ resolution: when.resolution, usd: price?.usd }],
  );
  const base = priced.find(({ usd }) => usd === prices.video_seconds?.usd)?.resolution;
  const asked = resolutionOf(call)?.toLowerCase();
  if (asked === undefined || priced.length === 0) return asked ?? base;
  // Where the base price is of none of them, it is of the smallest, which the list does not name.
  if (base === undefined || priced.some(({ resolution }) => resolution === asked)) return asked;
  const names = priced.map(({ resolution }) => resolution).join(', ');
  throw refuseCall(`This model makes videos of ${names}.`, 'resolution');
}
