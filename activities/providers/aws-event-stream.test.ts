import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { describe, expect, it } from 'vitest';
import { readAwsEventStream } from './aws-event-stream.js';
import type { AwsStreamMessage } from './aws-event-stream.js';
import { ProviderFailure } from './port.js';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function message(headers: Readonly<Record<string, string>>, payload = ''): Uint8Array {
  const values = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }] as const);
  return codec.encode({ headers: Object.fromEntries(values), body: fromUtf8(payload) });
}

const event = (name: string, payload: string): Uint8Array =>
  message({ ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' }, payload);

interface Read {
  readonly messages: readonly AwsStreamMessage[];
  readonly failure?: string;
}

async function read(pieces: readonly Uint8Array[], maxMessageBytes?: number): Promise<Read> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield await Promise.resolve(piece);
  }
  const messages: AwsStreamMessage[] = [];
  const options = maxMessageBytes === undefined ? {} : { maxMessageBytes };
  try {
    for await (const found of readAwsEventStream(stream(), options)) messages.push(found);
    return { messages };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { messages, failure: error.failure.class };
  }
}

const FIRST = event('messageStart', '{"role":"assistant","p":"ab"}');
const SECOND = event('contentBlockDelta', '{"delta":{"text":"¿Qué?"}}');
const BOTH = Buffer.concat([FIRST, SECOND]);
const WHOLE: Read = {
  messages: [
    { kind: 'event', name: 'messageStart', text: '{"role":"assistant","p":"ab"}' },
    { kind: 'event', name: 'contentBlockDelta', text: '{"delta":{"text":"¿Qué?"}}' },
  ],
};

describe('an event stream of AWS', () => {
  it('is the same wherever its bytes are cut', async () => {
    for (let at = 0; at <= BOTH.length; at += 1) {
      expect(await read([BOTH.subarray(0, at), BOTH.subarray(at)])).toEqual(WHOLE);
    }
    expect(await read([...BOTH].map((byte) => Uint8Array.of(byte)))).toEqual(WHOLE);
    expect(await read([])).toEqual({ messages: [] });
  });

  it('tells of exceptions and errors by their names', async () => {
    const exception = message(
      { ':exception-type': 'throttlingException', ':message-type': 'exception' },
      '{"message":"slow down"}',
    );
    const error = message({ ':error-code': 'InternalError', ':error-message': 'broken', ':message-type': 'error' });
    expect(await read([exception, error])).toEqual({
      messages: [
        { kind: 'exception', name: 'throttlingException', text: '{"message":"slow down"}' },
        { kind: 'error', name: 'InternalError', text: 'broken' },
      ],
    });
  });

  it('is cut where it ends within a message, and only there', async () => {
    for (let end = 1; end < BOTH.length; end += 1) {
      const { messages, failure } = await read([BOTH.subarray(0, end)]);
      expect(failure).toBe(end === FIRST.length ? undefined : 'cut');
      expect(messages).toEqual(end < FIRST.length ? [] : WHOLE.messages.slice(0, 1));
    }
  });

  it('is no good with any byte changed', async () => {
    for (let at = 0; at < FIRST.length; at += 1) {
      const changed = Buffer.from(BOTH);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(await read([changed])).toEqual({ messages: [], failure: 'bad_response' });
    }
  });

  it('has no message longer than allowed, and waits for none', async () => {
    expect(await read([BOTH], SECOND.length)).toEqual(WHOLE);
    // The prelude alone is enough to know.
    const long = await read([FIRST, SECOND.subarray(0, 12)], SECOND.length - 1);
    expect(long).toEqual({ messages: WHOLE.messages.slice(0, 1), failure: 'bad_response' });
  });

  it('has no message that does not say what it is', async () => {
    expect((await read([message({ ':event-type': 'messageStart' }, '{}')])).failure).toBe('bad_response');
    expect((await read([Buffer.alloc(16)])).failure).toBe('bad_response');
  });
});
