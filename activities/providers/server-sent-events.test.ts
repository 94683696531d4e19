import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServerSentEvents } from './server-sent-events.js';
import type { ServerSentEvent, ServerSentEventOptions } from './server-sent-events.js';

async function* toStream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function read(pieces: readonly Uint8Array[], options?: ServerSentEventOptions): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(toStream(pieces), options)) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);

const SAMPLE = [
  ': hello\n\n',
  'event: delta\r\nid: 1\r\ndata: {"t":"😀é漢"}\r\n\r\n',
  'data: a\ndata: b\n\n',
  'retry: 5\nunknown: x\ndata:  two\n\n',
  'event: ping\n\n',
  'data: [DONE]\n\n',
].join('');

const SAMPLE_EVENTS: readonly ServerSentEvent[] = [
  { event: 'delta', id: '1', data: '{"t":"😀é漢"}' },
  { data: 'a\nb' },
  { data: ' two' },
  { data: '[DONE]' },
];

describe('reading server-sent events', () => {
  it('gives the same events wherever the bytes are cut', async () => {
    const whole = bytes(SAMPLE);
    for (let at = 0; at <= whole.length; at += 1) {
      expect(await read([whole.subarray(0, at), whole.subarray(at)]), `cut at ${at}`).toEqual(SAMPLE_EVENTS);
    }
    expect(await read([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(SAMPLE_EVENTS);
  });

  it('drops the half of an event at the end of the bytes, and keeps a whole one that lacks its blank line', async () => {
    expect(await read([bytes('data: {"a":1}\n\ndata: {"b":')])).toEqual([{ data: '{"a":1}' }]);
    expect(await read([bytes('data: {"a":1}\n\ndata: {"b":2}')])).toEqual([{ data: '{"a":1}' }, { data: '{"b":2}' }]);
    expect(await read([bytes('data: [DONE]\n')])).toEqual([{ data: '[DONE]' }]);
    expect(await read([bytes('data: [DO')])).toEqual([]);
    expect(await read([])).toEqual([]);
  });

  it.each(['one line', 'many lines', 'a line without end'])('refuses an event that is too long: %s', async (shape) => {
    const long = 'x'.repeat(2000);
    const text =
      shape === 'one line' ? `data: ${long}\n\n` : shape === 'many lines' ? 'data: xxxxxxxxx\n'.repeat(200) : long;
    const options = { maxEventLength: 1000 };
    await expect(read([bytes(text)], options)).rejects.toMatchObject({ failure: { class: 'bad_response' } });
    await expect(
      read(
        [...bytes(text)].map((byte) => Uint8Array.of(byte)),
        options,
      ),
    ).rejects.toMatchObject({
      failure: { class: 'bad_response' },
    });
  });

  it('counts the length of one event, not of the stream', async () => {
    const text = `data: ${'x'.repeat(900)}\n\n`.repeat(20);
    expect(await read([bytes(text)], { maxEventLength: 1000 })).toHaveLength(20);
  });

  it('reads no further than it is read', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        taken += 1;
        yield bytes(`data: ${taken}\n\n`);
      }
    }
    for await (const { data } of readServerSentEvents(endless())) if (data === '3') break;
    expect(taken).toBe(3);
  });
});

interface CornerCase {
  readonly id: string;
  readonly bytes_b64: string;
  readonly events: readonly ServerSentEvent[];
}

const CASES = resolve(import.meta.dirname, '../../../shared/recordings/supplement/sse-corner-cases.json');
const present = existsSync(CASES);
if (!present) console.warn(`skipped: no corner cases at ${CASES}`);

describe.skipIf(!present)('the recorded corner cases', () => {
  it('are read as the standard says, cut at every byte', async () => {
    const cases = JSON.parse(readFileSync(CASES, 'utf8')) as readonly CornerCase[];
    expect(cases.length).toBeGreaterThan(15);
    for (const { id, bytes_b64: encoded, events } of cases) {
      const whole = new Uint8Array(Buffer.from(encoded, 'base64'));
      for (let at = 0; at <= whole.length; at += 1) {
        expect(await read([whole.subarray(0, at), whole.subarray(at)]), `${id} cut at ${at}`).toEqual(events);
      }
    }
  });
});
