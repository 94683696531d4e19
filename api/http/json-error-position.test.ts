import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorPosition } from './json-error-position.js';

describe('jsonErrorPosition', () => {
  it.each([
    ['', 0],
    ['{', 1],
    ['{"a": abc}', 6],
    ['{"a": 1,}', 8],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['[1,2', 4],
    ['{"a":1} x', 8],
    ["{'a':1}", 1],
    ['{"a":"b', 5],
    ['{"a":"b\n"}', 5],
    ['{"a":01}', 5],
    ['{"a":1]', 6],
    ['[truefalse]', 1],
    ['{"a":NaN}', 5],
  ])('finds the first wrong token of %j', (text, offset) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonErrorPosition(text).offset).toBe(offset);
  });

  it('counts lines and columns from 1', () => {
    expect(jsonErrorPosition('{\n  "a": 1,\n  b\n}')).toEqual({ offset: 14, line: 3, column: 3 });
  });

  it('walks what is nested more deeply than the stack', () => {
    expect(jsonErrorPosition('['.repeat(1_000_000)).offset).toBe(1_000_000);
  });

  it('accepts to its end whatever JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(jsonErrorPosition(text).offset).toBe(text.length);
      }),
    );
  });

  it('stops at or before the end of what was cut off', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
        const text = JSON.stringify([value]);
        const part = text.slice(0, cut % text.length);
        expect(() => JSON.parse(part) as unknown).toThrow();
        expect(jsonErrorPosition(part).offset).toBeLessThanOrEqual(part.length);
      }),
    );
  });
});
