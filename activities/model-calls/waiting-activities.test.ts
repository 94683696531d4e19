import { setImmediate as turn } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWaitingActivities } from './waiting-activities.js';

/** Activities that wait, and what Temporal answers in turn when it is asked whether they are unwanted. */
function waitingFor(...answers: readonly (boolean | Error)[]) {
  const errors: unknown[] = [];
  let asked = 0;
  const isUnwanted = (): Promise<boolean> => {
    const answer = answers[asked++];
    if (answer === undefined) return Promise.reject(new Error('not to be asked'));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const waiting = createWaitingActivities({ isUnwanted, onError: (error) => errors.push(error) });
  return { waiting, errors, asked: () => asked };
}

/** One activity of Temporal's, and how the worker cancels it. */
function activityOf(heartbeat: () => void = () => {}) {
  const controller = new AbortController();
  const cancel = (reason: string): void => controller.abort(new CancelledFailure(reason));
  return { activity: { cancelled: controller.signal, heartbeat }, cancel };
}

describe('an activity that Temporal cancels', () => {
  it.each(['CANCELLED', 'NOT_FOUND', 'TIMED_OUT', 'RESET', 'PAUSED'])(
    'as %s goes on while it is wanted',
    async (reason) => {
      const { waiting, errors, asked } = waitingFor(false);
      const { activity, cancel } = activityOf();
      waiting.join(activity);
      cancel(reason);
      await turn();
      expect([waiting.cancelled.aborted, asked(), errors]).toEqual([false, 1, []]);
    },
  );

  it('stops where nobody wants it', async () => {
    const { waiting } = waitingFor(true);
    const { activity, cancel } = activityOf();
    waiting.join(activity);
    cancel('CANCELLED');
    await turn();
    expect(waiting.cancelled.aborted).toBe(true);
  });

  it('stops with its worker, whatever Temporal would say', () => {
    const { waiting, asked } = waitingFor();
    const { activity, cancel } = activityOf();
    waiting.join(activity);
    cancel('WORKER_SHUTDOWN');
    expect([waiting.cancelled.reason, asked()]).toEqual([{ class: 'lease_lapsed' }, 0]);
  });

  it('counts as well where it joined later, or had been cancelled before it did', async () => {
    const { waiting, asked } = waitingFor(false, false, true);
    const [first, second, third] = [activityOf(), activityOf(), activityOf()];
    waiting.join(first.activity);
    first.cancel('CANCELLED');
    waiting.join(second.activity);
    second.cancel('CANCELLED');
    await turn();
    expect([waiting.cancelled.aborted, asked()]).toEqual([false, 2]);
    third.cancel('CANCELLED');
    waiting.join(third.activity);
    await turn();
    expect(waiting.cancelled.aborted).toBe(true);
  });

  it('is not asked about once the execution has ended', async () => {
    const { waiting, asked } = waitingFor();
    const { activity, cancel } = activityOf();
    waiting.join(activity);
    waiting.end();
    cancel('CANCELLED');
    await turn();
    expect(asked()).toBe(0);
  });
});

describe('while Temporal is away', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('an activity goes on, and Temporal is asked again until it answers', async () => {
    const away = new Error('away');
    const { waiting, errors, asked } = waitingFor(away, away, true);
    const { activity, cancel } = activityOf();
    waiting.join(activity);
    cancel('CANCELLED');
    await turn();
    expect([waiting.cancelled.aborted, errors]).toEqual([false, [away]]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([waiting.cancelled.aborted, asked()]).toEqual([false, 2]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([waiting.cancelled.aborted, asked()]).toEqual([true, 3]);
  });

  it('nobody asks again for an execution that has ended', async () => {
    const { waiting, asked } = waitingFor(new Error('away'));
    const { activity, cancel } = activityOf();
    waiting.join(activity);
    cancel('CANCELLED');
    await turn();
    waiting.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked()).toBe(1);
  });
});

it('every activity that waits gets the heartbeats', () => {
  const { waiting } = waitingFor();
  const [first, second] = [vi.fn(), vi.fn()];
  waiting.join(activityOf(first).activity);
  waiting.join(activityOf(second).activity);
  waiting.heartbeat();
  expect([first.mock.calls, second.mock.calls]).toEqual([[[]], [[]]]);
});
