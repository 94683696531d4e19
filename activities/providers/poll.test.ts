import { describe, expect, it } from 'vitest';
import { type Look, poll, type PollClock } from './poll.js';
import { ProviderFailure } from './port.js';

const failure = (failureClass: 'connection' | 'vendor_error' | 'content_policy', httpStatus?: number) =>
  new ProviderFailure({ class: failureClass, ...(httpStatus !== undefined && { httpStatus }) }, { message: '' });

function clockOf(random: number): { readonly clock: PollClock; readonly waited: number[] } {
  const waited: number[] = [];
  return { waited, clock: { random: () => random, wait: async (ms) => void waited.push(Math.round(ms)) } };
}

function looks(...found: readonly (Look<string> | ProviderFailure)[]): {
  look: () => Promise<Look<string>>;
  times: () => number;
} {
  let at = 0;
  return {
    times: () => at,
    look: async () => {
      const next = found[Math.min(at++, found.length - 1)]!;
      if (next instanceof ProviderFailure) throw next;
      return next;
    },
  };
}

const NOT_YET: Look<string> = { done: false };
const signal = new AbortController().signal;

describe('waiting for a vendor’s job', () => {
  it('looks again in steps that grow to five seconds, jittered by a fifth', async () => {
    const { clock, waited } = clockOf(0.5);
    const { look } = looks(...Array.from({ length: 9 }, () => NOT_YET), { done: true, value: 'whole' });
    expect(await poll({ look, signal, clock })).toBe('whole');
    expect(waited).toEqual([500, 700, 980, 1372, 1921, 2689, 3765, 5000, 5000]);
    const early = clockOf(0);
    await poll({ look: looks(NOT_YET, { done: true, value: '' }).look, signal, clock: early.clock });
    const late = clockOf(1);
    await poll({ look: looks(NOT_YET, { done: true, value: '' }).look, signal, clock: late.clock });
    expect([early.waited, late.waited]).toEqual([[400], [600]]);
  });

  it('waits for as long as the vendor asks', async () => {
    const { clock, waited } = clockOf(0.5);
    await poll({ look: looks({ done: false, afterMs: 9_000 }, { done: true, value: '' }).look, signal, clock });
    expect(waited).toEqual([9_000]);
  });

  it('looks again where a look failed for a passing reason, and gives up after five in a row', async () => {
    const { clock } = clockOf(0.5);
    const passing = looks(failure('connection'), failure('vendor_error', 503), { done: true, value: 'whole' });
    expect(await poll({ look: passing.look, signal, clock })).toBe('whole');
    const lasting = looks(failure('connection'));
    await expect(poll({ look: lasting.look, signal, clock })).rejects.toMatchObject({
      failure: { class: 'timeout_total' },
    });
    expect(lasting.times()).toBe(5);
  });

  it.each([failure('content_policy'), failure('vendor_error')])('ends where the job has', async (end) => {
    const { look, times } = looks(end);
    await expect(poll({ look, signal, clock: clockOf(0.5).clock })).rejects.toBe(end);
    expect(times()).toBe(1);
  });

  it('says why it ended where the caller has left', async () => {
    const controller = new AbortController();
    const clock: PollClock = {
      random: () => 0.5,
      wait: async () => {
        controller.abort({ class: 'timeout_total' });
        throw new Error('the timer was stopped');
      },
    };
    await expect(poll({ look: looks(NOT_YET).look, signal: controller.signal, clock })).rejects.toMatchObject({
      failure: { class: 'timeout_total' },
    });
  });
});
