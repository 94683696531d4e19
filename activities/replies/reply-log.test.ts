import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newKey } from '../storage/cipher.js';
import type { ContentRows } from '../content/content-rows.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { createReplyLog } from './reply-log.js';
import { answeredEvent, frameEvent, placesOf, readAll } from './test-events.js';

const contentKey = { key: newKey(), kept: true };

/** A log over rows in memory, and the means to write to it and to notify of that. */
function openLog(onLook: (looks: number) => void = () => {}) {
  const table: { attempt: number; first_sequence: number; body: Buffer }[] = [];
  let listener: (requestId: string | undefined) => void = () => {};
  let looks = 0;
  const notifications: Notifications = { on: (_, listen) => (listener = listen), close: () => Promise.resolve() };
  const database: Queryable = {
    query: async ({ values = [] }) => {
      const [, attempt, sequence] = values as [string, number, number];
      const found = table.filter((row) => row.attempt > attempt || row.first_sequence > sequence);
      looks += 1;
      onLook(looks);
      return found as never;
    },
  };
  const unused = () => Promise.reject(new Error('not asked for'));
  const rows: ContentRows = { putInteractive: unused, putKept: unused, read: unused, keyOf: async () => contentKey };
  const log = createReplyLog({ database, rows, notifications });
  const write = (firstSequence: number, ...events: Parameters<typeof log.appending>[3]): void => {
    const { values } = log.appending('req_1', contentKey, { attempt: 1, firstSequence }, events);
    table.push({ attempt: 1, first_sequence: firstSequence, body: values[3] as Buffer });
  };
  return { log, write, notify: (requestId: string | undefined) => listener(requestId), looks: () => looks };
}

describe('following a log', () => {
  beforeEach(() => {
    // Nothing below waits for the poll: only where a test moves the clock does it come.
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('goes on with what is written between a look and the wait for more', async () => {
    const opened = openLog((looks) => {
      if (looks !== 1) return;
      opened.write(0, frameEvent(0), answeredEvent);
      opened.notify('req_1');
    });
    const reading = readAll(opened.log.follow('req_1', 'kept', new AbortController().signal));
    expect(placesOf(await reading)).toEqual(['1:0', 'answered']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, string | undefined, boolean]>([
    ['its own request', 'req_1', true],
    ['a reconnect, which may have missed some', undefined, true],
    ['another request', 'req_2', false],
  ])('looks again, or not, for a notification of %s', async (_, payload, looksAgain) => {
    const opened = openLog();
    const stop = new AbortController();
    const reading = readAll(opened.log.follow('req_1', 'kept', stop.signal));
    await settle();
    expect(opened.looks()).toBe(1);
    opened.notify(payload);
    await settle();
    expect(opened.looks()).toBe(looksAgain ? 2 : 1);
    stop.abort();
    expect(await reading).toEqual([]);
  });

  it('looks by itself every second, in case a notification was lost', async () => {
    const opened = openLog();
    const reading = readAll(opened.log.follow('req_1', 'kept', new AbortController().signal));
    await settle();
    opened.write(0, answeredEvent);
    await vi.advanceTimersByTimeAsync(999);
    expect(opened.looks()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(placesOf(await reading)).toEqual(['answered']);
  });

  it('ends at once where its reader leaves, or had left before', async () => {
    const opened = openLog();
    const stop = new AbortController();
    const reading = readAll(opened.log.follow('req_1', 'kept', stop.signal));
    await settle();
    stop.abort();
    expect(await reading).toEqual([]);
    expect(await readAll(opened.log.follow('req_1', 'kept', stop.signal))).toEqual([]);
    expect(opened.looks()).toBe(1);
  });
});
