import type { Percentiles } from '../../contracts/health.js';

/**
 * A histogram over bins that each are 9 % wider than the one before, so that any percentile is off by 4.4 % at most and two
 * sketches merge by adding. Counts by bin; empty bins are absent. Plain JSON.
 */
export type Sketch = { readonly [bin: string]: number };

export const EMPTY_SKETCH: Sketch = {};

const BINS_PER_DOUBLING = 8;
/** Values up to 2^25: nine hours of milliseconds. */
const LAST_BIN = 25 * BINS_PER_DOUBLING;

/** Whatever is below 1 counts as 1. */
export function addToSketch(sketch: Sketch, value: number): Sketch {
  const bin = Math.min(LAST_BIN, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) * BINS_PER_DOUBLING)));
  return { ...sketch, [bin]: (sketch[bin] ?? 0) + 1 };
}

export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const merged: Record<string, number> = {};
  for (const sketch of sketches) {
    for (const bin in sketch) merged[bin] = (merged[bin] ?? 0) + (sketch[bin] ?? 0);
  }
  return merged;
}

/** By nearest rank, each told as its bin's geometric middle. `undefined` of an empty sketch. */
export function percentilesOf(sketch: Sketch): Percentiles | undefined {
  // A bin's name is a whole number, by which JavaScript orders the properties of an object.
  const bins = Object.entries(sketch);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(share * total));
    for (const [bin, count] of bins) {
      left -= count;
      if (left <= 0) return middleOf(Number(bin));
    }
    return middleOf(LAST_BIN);
  };
  return { p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99) };
}

function middleOf(bin: number): number {
  return Math.round(100 * 2 ** ((bin + 0.5) / BINS_PER_DOUBLING)) / 100;
}
