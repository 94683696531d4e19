import { describe, expect, it } from 'vitest';
import { appliedPreference, preferenceOf } from './prefer.js';

const read = (prefer?: string) => preferenceOf({ headers: prefer === undefined ? {} : { prefer } });

describe('Prefer', () => {
  it.each([
    [undefined, false, 0],
    ['wait=10', false, 0],
    ['return=minimal', false, 0],
    ['respond-async', true, 0],
    ['Respond-Async, WAIT=10', true, 10],
    ['respond-async,wait="5"', true, 5],
    ['return=minimal; foo=bar, respond-async; x=y , wait = 7', true, 7],
    ['respond-async, wait=0', true, 0],
    // The first of two counts.
    ['respond-async, wait=3, wait=9', true, 3],
    // The longest that a caller is held.
    ['respond-async, wait=999999', true, 60],
  ])('%s', (prefer, respondAsync, waitSeconds) => {
    expect(read(prefer)).toEqual({ respondAsync, waitSeconds });
  });

  it.each(['', '-1', '1.5', 'soon', '1m'])("refuses a wait of '%s'", (wait) => {
    expect(() => read(`respond-async, wait=${wait}`)).toThrow(
      expect.objectContaining({
        refusal: expect.objectContaining({ code: 'invalid_request', param: 'Prefer' }) as object,
      }),
    );
  });

  it('says what is applied', () => {
    expect(appliedPreference(read('respond-async'))).toBe('respond-async');
    expect(appliedPreference(read('respond-async, wait=70'))).toBe('respond-async, wait=60');
  });
});
