import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Usage } from '../../workflows/contracts/usage.js';
import { type AttemptRows, leaseMs } from './attempt-rows.js';
import { keepLease, type Lease } from './lease.js';

const usage: Usage = { units: { output: 3 }, source: 'counted' };

/** A lease whose renewals do what the test says. */
function leaseOver(renew: AttemptRows['renew']): { readonly lease: Lease; readonly errors: unknown[] } {
  const unused = () => Promise.reject(new Error('not asked for'));
  const rest = {
    claim: unused,
    takeOver: unused,
    record: unused,
    recordAndSettle: unused,
    exists: unused,
    askToStop: unused,
    keepJob: unused,
    letGo: unused,
  };
  const rows: AttemptRows = { ...rest, renew };
  const errors: unknown[] = [];
  const lease = keepLease({ rows, requestId: 'req_1', number: 2, owner: 'me', onError: (error) => errors.push(error) });
  return { lease, errors };
}

describe('a lease', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is renewed several times within its length, with what was counted last', async () => {
    const renew = vi.fn(() => Promise.resolve(true));
    const { lease } = leaseOver(renew);
    lease.progress({ units: { output: 1 }, source: 'counted' });
    lease.progress(usage);
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(renew).toHaveBeenCalledTimes(5);
    expect(renew).toHaveBeenLastCalledWith('req_1', 2, 'me', usage);
    expect(lease.lost.aborted).toBe(false);
    lease.end();
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(renew).toHaveBeenCalledTimes(5);
  });

  it('is lost where the row is no longer ours', async () => {
    const { lease } = leaseOver(() => Promise.resolve(false));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(lease.lost.aborted).toBe(true);
    expect(lease.lost.reason).toEqual({ class: 'lease_lapsed' });
    lease.end();
  });

  it('is kept while the database is away, since nobody else can take it either', async () => {
    const { lease, errors } = leaseOver(() => Promise.reject(new Error('away')));
    await vi.advanceTimersByTimeAsync(6_000);
    expect(errors).toHaveLength(3);
    expect(lease.lost.aborted).toBe(false);
    lease.end();
  });

  it('sends no second renewal behind one that hangs', async () => {
    const renew = vi.fn(() => new Promise<boolean>(() => {}));
    const { lease } = leaseOver(renew);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(renew).toHaveBeenCalledTimes(1);
    lease.end();
  });
});
