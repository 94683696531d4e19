import { describe, expect, it } from 'vitest';
import type { FailedAttempt, FailureClass } from '../../../workflows/contracts/failures.js';
import { mayPass, refusalOfAll, renderAttempts } from './failed-attempts.js';

const failed = (offerId: string, failure: FailureClass, retryAfterMs?: number): FailedAttempt => ({
  offerId,
  vendor: offerId.split('/')[0] ?? '',
  failure: { class: failure, httpStatus: 503, ...(retryAfterMs !== undefined && { retryAfterMs }) },
});
const detailOf = (...attempts: readonly FailedAttempt[]) => ({ message: "the last vendor's words", attempts });

describe('a request that several offers failed', () => {
  it('is told of by all of them, each by its last reason', () => {
    const detail = detailOf(failed('a/x', 'cut'), failed('b/x', 'overloaded'), failed('a/x', 'auth'));
    expect(refusalOfAll({ class: 'auth' }, detail)).toEqual({
      code: 'no_vendor_answered',
      message:
        'None of 2 offers answered: a/x (vendor_credential_refused), b/x (vendor_overloaded). Send again later, or name another model.',
    });
    expect(renderAttempts(detail).metadata).toMatchObject({
      attempts: [
        { model: 'a/x', provider: 'a', code: 'stream_cut', status: 503 },
        { model: 'b/x', code: 'vendor_overloaded' },
        { model: 'a/x', code: 'vendor_credential_refused' },
      ],
    });
  });

  it('is to be sent again after the shortest wait where each told one, and only if that may help', () => {
    const told = detailOf(failed('a/x', 'rate_limited', 9_000), failed('b/x', 'overloaded', 4_000));
    expect(refusalOfAll({ class: 'overloaded' }, told)?.retryAfterMs).toBe(4_000);
    const untold = detailOf(failed('a/x', 'rate_limited', 9_000), failed('b/x', 'overloaded'));
    expect(refusalOfAll({ class: 'overloaded' }, untold)).not.toHaveProperty('retryAfterMs');
    expect(mayPass(told)).toBe(true);
    expect(mayPass(detailOf(failed('a/x', 'auth'), failed('b/x', 'quota_exhausted')))).toBe(false);
  });
});

describe('a request that one offer failed, or that was at fault itself', () => {
  it('is told of by its own reason', () => {
    const alone = detailOf(failed('a/x', 'overloaded'), failed('a/x', 'overloaded'));
    expect(refusalOfAll({ class: 'overloaded' }, alone)).toBeUndefined();
    const faulty = detailOf(failed('a/x', 'overloaded'), failed('b/x', 'invalid_request'));
    expect(refusalOfAll({ class: 'invalid_request' }, faulty)).toBeUndefined();
    expect(renderAttempts({ message: '' })).toEqual({});
  });
});
