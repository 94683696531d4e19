import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { RequestInput, Retention } from '../../workflows/contracts/requests.js';
import { createFakeWorld } from '../testing/fake-dependencies.js';
import { holdContent } from './held-content.js';

function hold(retention: Retention = 'interactive') {
  const world = createFakeWorld();
  const input = { requestId: 'req_1', retention } as RequestInput;
  return { world, content: holdContent(world.deps, input, {} as Call) };
}

describe('holdContent', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('shares content that runs here once it takes a while', async () => {
    const { world, content } = hold();
    content.started(true);
    await vi.advanceTimersByTimeAsync(999);
    expect(world.shared).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(world.shared).toEqual(['req_1']);
    content.leave();
    await vi.advanceTimersByTimeAsync(1);
    expect([world.shared, world.held.size]).toEqual([['req_1'], 0]);
  });

  it('shares nothing of what is over before', async () => {
    const { world, content } = hold();
    content.started(true);
    content.forget();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([world.shared, world.held.size]).toEqual([[], 0]);
  });

  it('writes no second row of a kept request', async () => {
    const { world, content } = hold('kept');
    content.started(false);
    content.leave();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([world.shared, world.held.size]).toEqual([[], 0]);
  });

  it('warns by class where sharing fails, and stops nothing', async () => {
    const { world } = hold();
    const failing = { ...world.deps.content, share: () => Promise.reject(new TypeError('canary')) };
    const input = { requestId: 'req_1', retention: 'interactive' } as RequestInput;
    holdContent({ ...world.deps, content: failing }, input, {} as Call).started(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(world.logged).toEqual([
      { level: 'warn', fields: { requestId: 'req_1', error: 'TypeError' }, message: 'content was not shared' },
    ]);
  });
});
