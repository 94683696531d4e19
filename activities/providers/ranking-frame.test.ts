import { describe, expect, it } from 'vitest';
import { toRankingFrame } from './ranking-frame.js';
import { toVectorsFrame } from './vectors-frame.js';

const documents = ['a', 'b', 'c'].map((text) => ({ type: 'text' as const, text }));
const ranked = (...results: readonly (readonly [index: number, score: number])[]) =>
  results.map(([index, score]) => ({ index, score }));

describe('a ranking', () => {
  it('is told best first, with no more than were asked for, and without usage where none is reported', () => {
    const { events } = toRankingFrame({ results: ranked([0, 0.1], [2, 0.9], [1, 0.5]) }, { documents, topN: 2 });
    expect(events).toEqual([
      { type: 'start' },
      { type: 'ranking', index: 2, score: 0.9 },
      { type: 'ranking', index: 1, score: 0.5 },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ]);
  });

  it.each([
    [ranked([0, 1], [1, 1])],
    [ranked([0, 1], [1, 1], [1, 1])],
    [ranked([0, 1], [1, 1], [3, 1])],
    [[{ index: 0, score: 'high' }, ...ranked([1, 1], [2, 1])]],
    [[{ index: 0.5, score: 1 }, ...ranked([1, 1], [2, 1])]],
  ])('that is not of the documents is none: %j', (results) => {
    expect(() => toRankingFrame({ results }, { documents })).toThrow('bad_response');
  });
});

describe('vectors', () => {
  it.each([
    [[[1, 2]], 2],
    [[[1], 'x'], 2],
    [[[]], 1],
    [[undefined], 1],
    [[[1, null]], 1],
  ])('that are not one list of numbers for each input are none: %j for %i', (values, inputs) => {
    expect(() => toVectorsFrame({ values, inputs })).toThrow('bad_response');
  });
});
