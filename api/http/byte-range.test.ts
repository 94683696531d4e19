import { expect, it } from 'vitest';
import { readByteRange } from './byte-range.js';

it.each([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=5-100', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=5-4', undefined],
  ['bytes=0-1,3-4', undefined],
  ['bytes=-', undefined],
  ['lines=1-2', undefined],
])('%s of ten bytes is %j', (header, expected) => {
  expect(readByteRange(header, 10)).toEqual(expected);
});

it.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('%s of ten bytes is refused', (header) => {
  expect(() => readByteRange(header, 10)).toThrow('range_not_satisfiable');
});
