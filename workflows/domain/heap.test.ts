import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHeap } from './heap.js';

const numbers = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });

function drain(keys: readonly number[], onFirst: (place: number) => boolean = () => true): readonly number[] {
  const heap = createHeap(0, keys.length, (left, right) => {
    const [one = 0, other = 0] = [keys[left], keys[right]];
    return one < other || (one === other && left < right);
  });
  const taken: number[] = [];
  for (let place = heap.first(); place !== undefined; place = heap.first()) {
    if (onFirst(place)) {
      taken.push(place);
      heap.removeFirst();
    } else heap.sinkFirst();
  }
  return taken;
}

const sorted = (keys: readonly number[]): readonly number[] =>
  [...keys.keys()].sort((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0) || left - right);

it('gives all places in their order', () => {
  fc.assert(
    fc.property(numbers, (keys) => {
      expect(drain(keys)).toEqual(sorted(keys));
    }),
  );
});

it('gives them in their order where each is only then found to be further back than it seemed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 60 }), (seeming) => {
      const keys = seeming.map(([key]) => key);
      const isSeen = new Set<number>();
      const taken = drain(keys, (place) => {
        if (isSeen.has(place)) return true;
        isSeen.add(place);
        keys[place] = (keys[place] ?? 0) + (seeming[place]?.[1] ?? 0);
        return false;
      });
      expect(taken).toEqual(sorted(keys));
    }),
  );
});
