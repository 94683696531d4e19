import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import { createLiveReply, type LiveReply } from './live-reply.js';
import { answeredEvent, failedEvent, frameEvent, placesOf, readAll } from './test-events.js';

const slowReaderMs = 500;
/** A push that finds this many events before it waits for room. */
const highWater = 32;

function openReply(): { readonly reply: LiveReply; readonly ends: () => number; readonly aborts: FailureClass[] } {
  let ends = 0;
  const aborts: FailureClass[] = [];
  const reply = createLiveReply({
    slowReaderMs,
    onEnd: () => (ends += 1),
    onAbort: (reason) => aborts.push(reason),
  });
  return { reply, ends: () => ends, aborts };
}

/** Whether a promise has settled by the time that everything which can run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await vi.advanceTimersByTimeAsync(0);
  return settled;
}

async function fill(reply: LiveReply, count: number, from = 0): Promise<void> {
  for (let sequence = from; sequence < from + count; sequence++) await reply.push(frameEvent(sequence));
}

describe('a live reply', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives events in order, those pushed before it is read and those after, and ends after the end', async () => {
    const { reply, ends, aborts } = openReply();
    await fill(reply, 3);
    const reading = readAll(reply.attachment.events);
    await fill(reply, 2, 3);
    expect(reply.attachment.ended).toBe(false);
    await reply.push(answeredEvent);
    expect(placesOf(await reading)).toEqual(['1:0', '1:1', '1:2', '1:3', '1:4', 'answered']);
    expect(reply.attachment.ended).toBe(true);
    expect(reply.ended.aborted).toBe(true);
    expect([ends(), aborts]).toEqual([1, []]);
  });

  it('gives each event once, wherever it comes from and how often', async () => {
    const { reply } = openReply();
    const twice: ReplyEvent[] = [frameEvent(0), frameEvent(1), frameEvent(0), frameEvent(1), frameEvent(2)];
    for (const event of twice) await reply.push(event);
    await reply.push(frameEvent(0, 'a second attempt', 2));
    await reply.push(frameEvent(3, 'late', 1));
    await reply.push(failedEvent);
    await reply.push(failedEvent);
    expect(placesOf(await readAll(reply.attachment.events))).toEqual(['1:0', '1:1', '1:2', '2:0', 'failed']);
  });

  it('holds the producer at the high water mark until the caller has read on', async () => {
    const { reply, aborts } = openReply();
    await fill(reply, highWater - 1);
    const blocked = reply.push(frameEvent(highWater - 1));
    expect(await isSettled(blocked)).toBe(false);
    const iterator = reply.attachment.events[Symbol.asyncIterator]();
    await iterator.next();
    expect(await isSettled(blocked)).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * slowReaderMs);
    expect(aborts).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('holds two producers at once, and lets both go', async () => {
    const { reply, aborts } = openReply();
    await fill(reply, highWater - 1);
    const blocked = [reply.push(frameEvent(highWater)), reply.push(frameEvent(highWater + 1))];
    const iterator = reply.attachment.events[Symbol.asyncIterator]();
    for (let read = 0; read < 3; read++) await iterator.next();
    for (const push of blocked) expect(await isSettled(push)).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * slowReaderMs);
    expect(aborts).toEqual([]);
  });

  it('does not hold whoever brings the end', async () => {
    const { reply } = openReply();
    await fill(reply, highWater - 1);
    expect(await isSettled(reply.push(answeredEvent))).toBe(true);
    expect(await readAll(reply.attachment.events)).toHaveLength(highWater);
  });

  it('is cut where its caller reads too slowly: the request stops and the channel ends', async () => {
    const { reply, ends, aborts } = openReply();
    await fill(reply, highWater - 1);
    const blocked = reply.push(frameEvent(highWater - 1));
    await vi.advanceTimersByTimeAsync(slowReaderMs - 1);
    expect(reply.stop.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await blocked;
    expect(reply.stop.reason).toEqual({ class: 'slow_reader' });
    expect(await readAll(reply.attachment.events)).toEqual([]);
    expect([ends(), aborts]).toEqual([1, ['slow_reader']]);
  });

  it('gives a slow reader its time anew for each event', async () => {
    const { reply } = openReply();
    await fill(reply, highWater - 1);
    const iterator = reply.attachment.events[Symbol.asyncIterator]();
    for (let sequence = highWater - 1; sequence < highWater + 5; sequence++) {
      const blocked = reply.push(frameEvent(sequence));
      await vi.advanceTimersByTimeAsync(slowReaderMs - 1);
      await iterator.next();
      await blocked;
    }
    expect(reply.stop.aborted).toBe(false);
  });

  it('stops the request where its caller leaves and wants it stopped', async () => {
    const { reply, ends, aborts } = openReply();
    await fill(reply, highWater - 1);
    const blocked = reply.push(frameEvent(highWater - 1));
    reply.attachment.leave('abort');
    await blocked;
    expect(reply.stop.reason).toEqual({ class: 'cancelled' });
    expect(reply.attachment.ended).toBe(true);
    reply.attachment.leave('abort');
    expect([ends(), aborts]).toEqual([1, ['cancelled']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets the request finish where its caller leaves and wants that', async () => {
    const { reply, ends, aborts } = openReply();
    await fill(reply, highWater - 1);
    const blocked = reply.push(frameEvent(highWater - 1));
    reply.attachment.leave('finish');
    await blocked;
    expect(reply.stop.aborted).toBe(false);
    expect([ends(), aborts]).toEqual([1, []]);
  });

  it('drops what comes once nobody reads any more, and holds nobody for it', async () => {
    const { reply } = openReply();
    reply.attachment.leave('finish');
    await fill(reply, 3 * highWater);
    await reply.push(answeredEvent);
    expect(await readAll(reply.attachment.events)).toEqual([]);
  });

  it('ends for a caller that was waiting for more when it was left', async () => {
    const { reply } = openReply();
    const reading = readAll(reply.attachment.events);
    await vi.advanceTimersByTimeAsync(0);
    reply.attachment.leave('finish');
    expect(await reading).toEqual([]);
  });

  it('ends where its caller stops reading in the middle', async () => {
    const { reply, ends, aborts } = openReply();
    await fill(reply, 5);
    expect(await readAll(reply.attachment.events, 2)).toHaveLength(2);
    expect(reply.attachment.ended).toBe(true);
    expect([ends(), aborts]).toEqual([1, []]);
  });

  it('still tells its caller the end after the request was stopped from elsewhere', async () => {
    const { reply } = openReply();
    await reply.push(frameEvent(0));
    reply.abort('cancelled');
    reply.abort('slow_reader');
    expect(reply.stop.reason).toEqual({ class: 'cancelled' });
    await reply.push(failedEvent);
    expect(placesOf(await readAll(reply.attachment.events))).toEqual(['1:0', 'failed']);
  });
});
