import type { ImageCall } from '../../workflows/contracts/media-calls.js';
import { refuseCall } from './refuse-call.js';
import type { Warnings } from './warnings.js';

/** What a vendor can be asked for besides words and a number of pictures. */
export type ImageFeature =
  | 'size'
  | 'aspect_ratio'
  | 'resolution'
  | 'quality'
  | 'style'
  | 'background'
  | 'output_format'
  | 'output_compression'
  | 'input_fidelity'
  | 'negative_prompt'
  | 'seed';

export interface ImageAbilities {
  readonly features: readonly ImageFeature[];
  /** Most pictures that it takes with the words; 0 where it makes of words alone. */
  readonly given: number;
  readonly mask?: true;
  readonly vary?: true;
  /** Most that it makes in one answer; absent where as many as may be asked for. */
  readonly count?: number;
}

/**
 * Holds a call to what the vendor can do: pictures that it cannot take are refused, because what it made without them would be
 * another picture; what else it cannot do is left out with a warning.
 */
export function holdToAbilities(call: ImageCall, able: ImageAbilities, warnings: Warnings): void {
  if (call.operation === 'vary' && !able.vary) {
    throw refuseCall('This model makes no variations. Edit the picture in words, or name another model.', 'model');
  }
  if (call.images.length > able.given) {
    throw refuseCall(
      able.given === 0
        ? 'This model makes pictures of words alone. Name a model that edits.'
        : `This model takes at most ${able.given} pictures.`,
      'image',
    );
  }
  if (call.mask && !able.mask)
    throw refuseCall('This model takes no mask. Leave it out, or name another model.', 'mask');
  if (call.count > (able.count ?? Infinity)) {
    throw refuseCall(`This model makes at most ${able.count ?? 1} pictures a request.`, 'n');
  }
  for (const [feature, value] of Object.entries(askedOf(call))) {
    if (value === undefined || able.features.includes(feature as ImageFeature)) continue;
    warnings.add('ignored', feature, 'The vendor has no such setting for this model.');
  }
}

function askedOf(call: ImageCall): { readonly [F in ImageFeature]: string | number | undefined } {
  return {
    size: call.size,
    aspect_ratio: call.aspectRatio,
    resolution: call.resolution,
    quality: call.quality,
    style: call.style,
    background: call.background === 'transparent' ? call.background : undefined,
    output_format: call.format,
    output_compression: call.compression,
    input_fidelity: call.inputFidelity,
    negative_prompt: call.negativePrompt,
    seed: call.seed,
  };
}

/** `1024x1536` in pixels, width first. */
export function pixelsOf(size: string | undefined): { readonly width: number; readonly height: number } | undefined {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size ?? '') ?? [];
  return width === undefined || height === undefined ? undefined : { width: Number(width), height: Number(height) };
}

/**
 * The proportions that are asked for, of those that the vendor makes: by themselves, or as near as a size comes, with a warning
 * where they are not the same.
 */
export function ratioOf(call: ImageCall, made: readonly string[], warnings: Warnings): string | undefined {
  const { aspectRatio } = call;
  const pixels = pixelsOf(call.size);
  if (aspectRatio !== undefined && made.includes(aspectRatio)) return aspectRatio;
  const asked = aspectRatio === undefined ? pixels && pixels.width / pixels.height : valueOf(aspectRatio);
  if (asked === undefined) return undefined;
  const [first = '1:1', ...others] = made;
  const distance = (ratio: string): number => Math.abs(Math.log(valueOf(ratio) / asked));
  const nearest = others.reduce((best, ratio) => (distance(ratio) < distance(best) ? ratio : best), first);
  const field = aspectRatio === undefined ? 'size' : 'aspect_ratio';
  if (field === 'size' || distance(nearest) > 1e-9) {
    warnings.add('changed', field, `The vendor goes by proportions; the nearest that it makes are ${nearest}.`);
  }
  return nearest;
}

function valueOf(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return width / height;
}
