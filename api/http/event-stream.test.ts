import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEventStream } from './event-stream.js';

/** A response that notes what is written and has room as the test says. */
function open() {
  const written: string[] = [];
  const state = { room: true };
  const raw = Object.assign(new EventEmitter(), {
    destroyed: false,
    writeHead: () => written.push('HEAD'),
    write: (text: string) => {
      written.push(text);
      return state.room;
    },
    end: (text: string) => void written.push(text, 'END'),
    destroy: () => {
      raw.destroyed = true;
      raw.emit('close');
    },
  });
  const reply = { raw, hijack: () => {}, headers: () => {}, getHeaders: () => ({}) };
  const stream = createEventStream(reply as unknown as FastifyReply, { keepAliveMs: 100, slowReaderMs: 1_000 });
  return { stream, written, state, raw };
}

const COMMENT = ': keep-alive\n\n';

describe('createEventStream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends a comment after silence only', async () => {
    const { stream, written } = open();
    await vi.advanceTimersByTimeAsync(60);
    expect(await stream.write('a')).toBe(true);
    await vi.advanceTimersByTimeAsync(99);
    expect(written).toEqual(['HEAD', 'a']);
    await vi.advanceTimersByTimeAsync(101);
    expect(written).toEqual(['HEAD', 'a', COMMENT, COMMENT]);
    stream.end('z');
    await vi.advanceTimersByTimeAsync(500);
    expect(written.slice(4)).toEqual(['z', 'END']);
  });

  it('sends headers with the first comment, and nothing once abandoned', async () => {
    const first = open();
    await vi.advanceTimersByTimeAsync(100);
    expect([first.stream.begun, first.written]).toEqual([true, ['HEAD', COMMENT]]);
    const second = open();
    second.stream.abandon();
    await vi.advanceTimersByTimeAsync(500);
    expect([second.stream.begun, second.written]).toEqual([false, []]);
  });

  it('waits for room, without comments meanwhile', async () => {
    const { stream, written, state, raw } = open();
    state.room = false;
    const writing = stream.write('a');
    await vi.advanceTimersByTimeAsync(500);
    expect(written).toEqual(['HEAD', 'a']);
    state.room = true;
    raw.emit('drain');
    expect(await writing).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toContain(COMMENT);
    raw.destroy();
  });

  it('says that nobody reads: too slowly, gone while it waited, or gone before', async () => {
    const slow = open();
    slow.state.room = false;
    const writing = slow.stream.write('a');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await writing).toBe(false);
    const gone = open();
    gone.state.room = false;
    const waiting = gone.stream.write('a');
    gone.raw.destroy();
    expect(await waiting).toBe(false);
    expect(await gone.stream.write('b')).toBe(false);
    expect(gone.written).toEqual(['HEAD', 'a']);
    slow.raw.destroy();
  });

  it('breaks off a connection that does not take its last bytes', async () => {
    const { stream, raw } = open();
    stream.end('z');
    await vi.advanceTimersByTimeAsync(999);
    expect(raw.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(raw.destroyed).toBe(true);
  });
});
