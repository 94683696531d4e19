import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Piece } from './piece.js';
import { createSeeded } from './seeded.js';

export type Split = number | readonly number[] | 'random-seeded';

/** Cuts a body anew: into pieces of one size, at the given positions, or into pieces whose sizes follow from a seed. */
export function* recut(pieces: Iterable<Piece>, split: Split, seed = 0): Generator<Piece> {
  const sizes = sizesOf(split, seed);
  let size = sizes();
  let waiting = Buffer.alloc(0);
  let usage: JsonObject | undefined;
  for (const next of pieces) {
    waiting = Buffer.concat([waiting, next.bytes]);
    const told = usage ?? next.usage;
    while (waiting.length >= size) {
      // The usage has been told only once the last byte of the event that tells it has gone.
      const whole = waiting.length === size;
      yield { bytes: waiting.subarray(0, size), usage: whole ? told : undefined };
      waiting = waiting.subarray(size);
      size = sizes();
    }
    usage = waiting.length === 0 ? undefined : told;
  }
  if (waiting.length > 0) yield { bytes: waiting, usage };
}

const sizesOf = (split: Split, seed: number): (() => number) => {
  if (typeof split === 'number') return () => split;
  if (split === 'random-seeded') {
    const next = createSeeded(seed);
    return () => 1 + next(next(4) === 0 ? 300 : 9);
  }
  const positions = [...new Set(split)].sort((left, right) => left - right);
  let at = 0;
  return () => {
    const end = positions.shift() ?? Infinity;
    const size = end - at;
    at = end;
    return size;
  };
};
