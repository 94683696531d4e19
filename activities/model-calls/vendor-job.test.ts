import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { ProviderFailure } from '../providers/port.js';
import { againAfterMs, waitAfterLook, willPass } from './vendor-job.js';

const failureOf = (failure: FailureClass) => new ProviderFailure({ class: failure }, { message: '' });

describe('what goes wrong with a job that its vendor has taken on', () => {
  it.each([
    ['a file that breaks off', failureOf('cut')],
    ['a server in trouble', failureOf('vendor_error')],
    ['an object store that is away', refuse('unavailable')],
    ['a Postgres that ends', Object.assign(new Error('terminating'), { code: '57P01' })],
    ['a connection to Postgres that breaks', new Error('Connection terminated unexpectedly')],
  ])('passes: %s', (_, error) => expect(willPass(error)).toBe(true));

  it.each([
    ['a file that is nowhere', failureOf('bad_response')],
    ['a credential that was taken back', failureOf('auth')],
    ['a file that is too large', refuse('file_too_large')],
    ['a fault of ours', new TypeError('undefined is not a function')],
  ])('does not pass: %s', (_, error) => expect(willPass(error)).toBe(false));
});

describe('the wait before the next question', () => {
  it('is a tenth of what it has taken, within 2 and 30 s, or as the vendor says', () => {
    const waits = [0, 60_000, 3_600_000].map((agoMs) => againAfterMs({ agoMs, silences: 0, atVendors: 1 }));
    expect(waits).toEqual([2_000, 6_000, 30_000]);
    expect(againAfterMs({ agoMs: 0, told: 500, silences: 0, atVendors: 1 })).toBe(500);
  });

  it('doubles with each silence, up to two minutes', () => {
    expect(againAfterMs({ agoMs: 0, silences: 3, atVendors: 1 })).toBe(16_000);
    expect(againAfterMs({ agoMs: 0, silences: 60, atVendors: 1 })).toBe(120_000);
  });

  it('is so long that all jobs together ask forty times a second at most', () => {
    expect(againAfterMs({ agoMs: 0, silences: 0, atVendors: 1_000 })).toBe(25_000);
    expect(againAfterMs({ agoMs: 0, told: 100, silences: 0, atVendors: 400 })).toBe(10_000);
    expect(againAfterMs({ agoMs: 3_600_000, silences: 0, atVendors: 400 })).toBe(30_000);
  });
});

describe('the wait while a caller waits too', () => {
  it('grows to five seconds, a fifth more or less, and is no shorter than the vendor asks', () => {
    const waits = Array.from({ length: 9 }, (_, looks) => waitAfterLook(looks, undefined, 0.5));
    expect(waits).toEqual([500, 700, 980, 1372, 1921, 2689, 3765, 5000, 5000]);
    expect([0, 1].map((random) => waitAfterLook(0, undefined, random))).toEqual([400, 600]);
    expect([waitAfterLook(0, 9_000, 0.5), waitAfterLook(3, 100, 0.5)]).toEqual([9_000, 1372]);
    expect(waitAfterLook(10_000, undefined, 0.5)).toBe(5_000);
  });
});
