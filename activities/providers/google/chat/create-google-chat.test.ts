import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VendorHttp, VendorRequest, VendorResponse } from '../../http.js';
import { ProviderFailure } from '../../port.js';
import { createGoogle } from '../create-google.js';
import { testAttempt } from './test-attempt.js';

const CHUNKS: readonly JsonObject[] = [
  { candidates: [{ content: { parts: [{ text: 'Hel' }] } }], responseId: 'r', modelVersion: 'gemini-2.5-flash' },
  {
    candidates: [{ content: { parts: [{ text: 'lo' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2 },
  },
];
const ERROR = JSON.stringify({ error: { code: 499, message: 'Cancelled.', status: 'CANCELLED' } }, undefined, 2);
const sse = (chunks: readonly JsonObject[], end = '\r\n'): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${end}${end}`).join('');

interface Answer {
  readonly body: string;
  readonly type?: string;
  readonly status?: number;
  /** Bytes of each piece; all at once where absent. */
  readonly step?: number;
}

function vendor({ body, type = 'text/event-stream', status = 200, step }: Answer) {
  const bytes = Buffer.from(body);
  const size = step ?? bytes.length;
  const requests: VendorRequest[] = [];
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const response: VendorResponse = {
    status,
    headers: { 'content-type': type },
    stream: stream(),
    readText: () => Promise.resolve(body),
    discard: () => undefined,
    release: () => undefined,
  };
  const postJson = (request: VendorRequest): Promise<VendorResponse> => {
    requests.push(request);
    return Promise.resolve(response);
  };
  const http: VendorHttp = {
    postJson,
    getJson: (request) => postJson({ ...request, body: '' }),
    close: () => Promise.resolve(),
  };
  const provider = createGoogle({ apiKey: 'k', baseUrl: 'https://vendor.example.com/v1beta', http });
  return { provider, requests };
}

async function ask(answer: Answer, call: Partial<ChatCall> = { stream: true }) {
  const { provider, requests } = vendor(answer);
  const frames: Frame[] = [];
  const failure = await (async () => {
    try {
      for await (const frame of provider.chat(testAttempt(call))) frames.push(frame);
      return undefined;
    } catch (error) {
      if (error instanceof ProviderFailure) return error.failure;
      throw error;
    }
  })();
  const events = frames.flatMap((frame) => frame.events);
  const text = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
  return { frames, events, text, failure, request: requests[0] };
}

describe('a stream of Gemini', () => {
  it('is asked for at its own address, and read a chunk at a time', async () => {
    const { request, frames, text, failure } = await ask({ body: sse(CHUNKS) });
    expect(request?.url).toBe(
      'https://vendor.example.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    );
    expect(request?.headers['x-goog-api-key']).toBe('k');
    // A frame for each chunk, and one for the usage.
    expect([frames.length, text, failure]).toEqual([3, 'Hello', undefined]);
  });

  it.each([1, 2, 7])('reads the same in pieces of %d bytes, with either line end', async (step) => {
    for (const end of ['\r\n', '\n']) expect((await ask({ body: sse(CHUNKS, end), step })).text).toBe('Hello');
  });

  it('may be one list of JSON, whatever it says that it is', async () => {
    const body = JSON.stringify(CHUNKS, undefined, 2);
    for (const type of ['application/json; charset=UTF-8', 'text/event-stream']) {
      expect(await ask({ body, type, step: 5 })).toMatchObject({ text: 'Hello', failure: undefined });
    }
  });

  it.each([1, 1000])('fails for the error that breaks into it, in pieces of %d bytes', async (step) => {
    const { text, failure } = await ask({ body: `${sse(CHUNKS.slice(0, 1))}${ERROR}\n`, step });
    expect([text, failure]).toEqual(['Hel', { class: 'vendor_error', vendorCode: 'cancelled' }]);
  });

  it('is cut without a reason to end, and no answer without any chunk', async () => {
    expect((await ask({ body: sse(CHUNKS.slice(0, 1)) })).failure).toEqual({ class: 'cut' });
    expect((await ask({ body: '' })).failure).toEqual({ class: 'bad_response' });
    expect((await ask({ body: 'oh no', type: 'text/plain' })).failure).toEqual({ class: 'bad_response' });
    expect((await ask({ body: 'data: {"oh": no\n\n' })).failure?.class).toBe('bad_response');
  });
});

describe('a plain answer of Gemini', () => {
  const plain = (body: string, status = 200) => ask({ body, status, type: 'application/json' }, {});

  it('is one frame', async () => {
    const { frames, text, events } = await plain(JSON.stringify(CHUNKS[1]));
    expect([frames.length, text, events.at(-1)?.type]).toEqual([1, 'lo', 'usage']);
  });

  it('fails where it is none', async () => {
    expect((await plain('{}')).failure).toEqual({ class: 'bad_response' });
    expect((await plain('[1]')).failure).toEqual({ class: 'bad_response' });
    expect((await plain('oh no')).failure).toEqual({ class: 'bad_response' });
    expect((await plain(ERROR, 499)).failure).toMatchObject({ class: 'vendor_error', httpStatus: 499 });
  });

  it('that the schema is not wholly enforced for is checked by all of it', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^x' } } };
    const format = { type: 'json-schema', name: 'n', schema } as const;
    const body = JSON.stringify({
      candidates: [{ content: { parts: [{ text: '{"a":"y"}' }] }, finishReason: 'STOP' }],
    });
    const { events } = await ask({ body, type: 'application/json' }, { format });
    const details = events.flatMap((event) => (event.type === 'warning' ? [event.warning.detail] : []));
    expect(details).toEqual([
      'Left out of the schema, because Google does not hold its models to them: pattern.',
      'The answer does not fit the schema, which the vendor did not enforce. Ask again, or name another model.',
    ]);
  });
});

describe('a count of tokens', () => {
  it('is asked for the whole request', async () => {
    const { provider, requests } = vendor({ body: '{"totalTokens": 12}', type: 'application/json' });
    const { call, offer, signal } = testAttempt({});
    expect(await provider.countTokens?.({ call, offer, signal })).toBe(12);
    expect(requests[0]?.url).toBe('https://vendor.example.com/v1beta/models/gemini-2.5-flash:countTokens');
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      generateContentRequest: {
        model: 'models/gemini-2.5-flash',
        contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
      },
    });
  });

  it.each(['{}', 'twelve', '{"totalTokens": -1}'])('is none in %s', async (body) => {
    const { provider } = vendor({ body, type: 'application/json' });
    await expect(provider.countTokens?.(testAttempt({}))).rejects.toMatchObject({ failure: { class: 'bad_response' } });
  });
});
