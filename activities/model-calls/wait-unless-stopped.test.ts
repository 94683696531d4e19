import { describe, expect, it } from 'vitest';
import { waitUnlessStopped } from './wait-unless-stopped.js';

describe('the wait before an attempt', () => {
  it('ends without a reason where nothing stopped it', async () => {
    expect(await waitUnlessStopped(0, new AbortController().signal)).toBeUndefined();
    expect(await waitUnlessStopped(1, new AbortController().signal)).toBeUndefined();
  });

  it('is cut short by a stop, and says which', async () => {
    const stop = new AbortController();
    const waited = waitUnlessStopped(3_600_000, stop.signal);
    stop.abort({ class: 'slow_reader' });
    expect(await waited).toBe('slow_reader');
  });

  it('is not begun after a stop; a reason without a class is a cancellation', async () => {
    expect(await waitUnlessStopped(3_600_000, AbortSignal.abort())).toBe('cancelled');
  });
});
