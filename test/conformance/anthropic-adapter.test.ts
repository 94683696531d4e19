import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVendorHttp } from '../../activities/providers/http.js';
import type { VendorHttp } from '../../activities/providers/http.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import type { ChatAttempt, Provider } from '../../activities/providers/port.js';
import { createProviders } from '../../activities/providers/registry.js';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall, Tool } from '../../workflows/contracts/call.js';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { startFakeVendor } from '../fake-vendor/fake-vendor.js';
import type { FakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { fakeAnswerText } from '../fake-vendor/words.js';

/** The whole way over real sockets: request, response, and every fault that the fake vendor knows. */
let vendor: FakeVendor;
let http: VendorHttp;
let provider: Required<Pick<Provider, 'chat'>>;

beforeAll(async () => {
  vendor = await startFakeVendor();
  http = createVendorHttp();
  const anthropic = { apiKey: 'sk-fake', baseUrl: vendor.anthropicBaseUrl };
  const found = createProviders({ anthropic, sandbox: false, http }).get('anthropic');
  if (found?.chat === undefined) throw new Error('no provider of that name');
  provider = { chat: found.chat };
});

afterEach(() => vendor.reset());

afterAll(async () => {
  await http.close();
  await vendor.close();
});

const PROMPT = 'Tell me of the river.';

function attempt(
  behaviour: Behaviour | undefined,
  call: Partial<ChatCall>,
  others: Partial<ChatAttempt> = {},
): ChatAttempt {
  const text = behaviour === undefined ? PROMPT : `${PROMPT} ${fakeMarker(behaviour)}`;
  return {
    call: {
      kind: 'chat',
      source: { dialect: 'openai-chat', body: {} },
      messages: [{ role: 'user', content: [{ type: 'text', text }] }],
      tools: [],
      choices: 1,
      stream: false,
      ...call,
    },
    offer: {
      id: 'anthropic/claude-sonnet-4-5',
      vendor: 'anthropic',
      vendorModel: 'claude-sonnet-4-5',
      aliases: [],
      kind: 'chat',
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      capabilities: [],
      prices: {},
      source: { url: 'https://example.com', asOf: '2026-01-01' },
      created: 1,
    },
    maxOutputTokens: 1000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
    ...others,
  };
}

interface Read {
  readonly frames: readonly Frame[];
  readonly events: readonly AnswerEvent[];
  readonly text: string;
  readonly failure?: ProviderFailure;
}

async function read(asked: ChatAttempt): Promise<Read> {
  const frames: Frame[] = [];
  const result = () => {
    const events = frames.flatMap((frame) => frame.events);
    return { frames, events, text: events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('') };
  };
  try {
    for await (const frame of provider.chat(asked)) frames.push(frame);
    return result();
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { ...result(), failure: error };
  }
}

const unitsOf = (events: readonly AnswerEvent[]) => events.findLast((event) => event.type === 'usage')?.usage.units;
const finishOf = (events: readonly AnswerEvent[]) => events.find((event) => event.type === 'finish')?.reason.unified;

describe.each([false, true])('an answer of Anthropic, streamed: %s', (stream) => {
  it('comes whole, with its usage', async () => {
    const ids: unknown[] = [];
    const { text, events } = await read(
      attempt(undefined, { stream }, { onResponse: (note) => void ids.push(note.vendorRequestId) }),
    );
    expect(text).toBe(fakeAnswerText(PROMPT));
    expect(finishOf(events)).toBe('stop');
    expect(unitsOf(events)).toMatchObject({ output: 8 });
    const [entry] = await vendor.waitForEnded(1);
    expect(ids).toEqual([entry?.id]);
    expect(entry).toMatchObject({ vendor: 'anthropic', stream, finishedCleanly: true, body: { max_tokens: 1000 } });
    expect(entry?.headers).toMatchObject({ 'anthropic-version': '2023-06-01' });
  });

  it('is the same however its bytes are cut', async () => {
    const behaviour: Behaviour = {
      behaviour: 'answer',
      chunks: 30,
      splitBytes: 'random-seeded',
      seed: 7,
      cachedTokens: 5,
      cacheWriteTokens: 4,
    };
    const { text, events } = await read(attempt(behaviour, { stream }));
    expect(text).toBe(fakeAnswerText(PROMPT, { chunks: 30 }));
    expect(unitsOf(events)).toMatchObject({ input_cached_read: 5, input_cache_write_5m: 4, output: 30 });
  });

  it('ends at the cap', async () => {
    const { events } = await read(attempt({ behaviour: 'answer', chunks: 50 }, { stream, maxOutputTokens: 12 }));
    expect([finishOf(events), unitsOf(events)?.output]).toEqual(['length', 12]);
  });

  it('calls tools, and takes their results', async () => {
    const tools: readonly Tool[] = [
      { type: 'function', name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
    ];
    const first = await read(attempt({ behaviour: 'answer', toolCalls: 2 }, { stream, tools }));
    const started = first.events.flatMap((event) => (event.type === 'tool-call-start' ? [event] : []));
    expect(started.map(({ name }) => name)).toEqual(['weather', 'weather']);
    expect(finishOf(first.events)).toBe('tool-calls');
    const calls = started.map(({ id, name, block }) => {
      const written = first.events.map((event) =>
        event.type === 'tool-call-delta' && event.block === block ? event.arguments : '',
      );
      return { type: 'tool-call', id, name, arguments: written.join('') } as const;
    });
    for (const call of calls) expect(JSON.parse(call.arguments)).toHaveProperty('city');
    const results = calls.map(
      ({ id }) =>
        ({
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: id, content: [{ type: 'text', text: '21' }] }],
        }) as const,
    );
    const messages = [
      ...attempt(undefined, {}).call.messages,
      { role: 'assistant', content: calls } as const,
      ...results,
    ];
    const second = await read(attempt(undefined, { stream, tools, messages }));
    expect([second.failure, finishOf(second.events)]).toEqual([undefined, 'stop']);
    const log = await vendor.log();
    expect(log.at(-1)?.body).toMatchObject({ messages: [{}, { role: 'assistant' }, { role: 'user' }] });
  });

  it('fits a schema', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const { text } = await read(attempt(undefined, { stream, format: { type: 'json-schema', name: 'place', schema } }));
    expect(JSON.parse(text)).toHaveProperty('city');
  });

  it.each<readonly [Behaviour, FailureClass, object]>([
    [{ behaviour: 'rate-limited', retryAfterSeconds: 2 }, 'rate_limited', { httpStatus: 429, retryAfterMs: 2000 }],
    [{ behaviour: 'rate-limited' }, 'rate_limited', { httpStatus: 429 }],
    [{ behaviour: 'overloaded' }, 'overloaded', { httpStatus: 529, vendorCode: 'overloaded_error' }],
    [{ behaviour: 'server-error' }, 'vendor_error', { httpStatus: 500 }],
    [{ behaviour: 'quota-exhausted' }, 'quota_exhausted', {}],
    [{ behaviour: 'unauthorized' }, 'auth', { httpStatus: 401 }],
    [{ behaviour: 'forbidden' }, 'permission', { httpStatus: 403 }],
    [{ behaviour: 'not-found' }, 'model_not_found', { httpStatus: 404 }],
    [{ behaviour: 'bad-request' }, 'invalid_request', { httpStatus: 400 }],
    [{ behaviour: 'context-length' }, 'context_length', { httpStatus: 400 }],
    [{ behaviour: 'too-large' }, 'request_too_large', { httpStatus: 413 }],
    [{ behaviour: 'html-error' }, 'vendor_error', { httpStatus: 502 }],
    [{ behaviour: 'garbage' }, 'bad_response', {}],
    [{ behaviour: 'reset', afterBytes: 'headers' }, 'connection', {}],
    [{ behaviour: 'cut', how: 'close' }, 'cut', {}],
  ])('%j is %s', async (behaviour, expected, failure) => {
    const { failure: found, events } = await read(attempt(behaviour, { stream }));
    expect(found?.failure).toMatchObject({ class: expected, ...failure });
    expect(finishOf(events)).toBeUndefined();
    // Vendors echo prompts: only what goes to the caller may hold them.
    expect(JSON.stringify([found?.failure, found?.message])).not.toContain('river');
  });

  it('that stands still ends when it is told to, and so does the request', async () => {
    const controller = new AbortController();
    const reading = read(attempt({ behaviour: 'hold' }, { stream }, { signal: controller.signal }));
    await vendor.waitForHeld(1);
    controller.abort({ class: 'timeout_total' });
    const { failure } = await reading;
    expect(failure?.failure.class).toBe('timeout_total');
    expect((await vendor.waitForEnded(1))[0]).toMatchObject({ abortedByClient: true });
  });
});

describe('a stream of Anthropic', () => {
  it('is `cut` after any event but the last, and then has no clean end', async () => {
    const whole = await read(attempt(undefined, { stream: true }));
    for (let afterEvents = 0; afterEvents < whole.frames.length; afterEvents += 1) {
      const { failure, events } = await read(attempt({ behaviour: 'cut', afterEvents, how: 'end' }, { stream: true }));
      expect(failure?.failure.class, `after ${afterEvents} events`).toBe('cut');
      expect(finishOf(events)).toBeUndefined();
    }
  });

  it('that ends with an error has what came before, and the error’s class', async () => {
    const { failure, text } = await read(attempt({ behaviour: 'error-event', afterEvents: 5 }, { stream: true }));
    expect(failure?.failure.class).toBe('overloaded');
    expect(fakeAnswerText(PROMPT).startsWith(text) && text !== '').toBe(true);
  });

  it('whose connection is reset in the middle is `cut`', async () => {
    const frames = provider.chat(attempt({ behaviour: 'hold', afterEvents: 4, then: 'reset' }, { stream: true }));
    const iterator = frames[Symbol.asyncIterator]();
    // What has been read already cannot be lost with the connection.
    for (let read = 0; read < 4; read += 1) await iterator.next();
    await vendor.waitForHeld(1);
    await vendor.release('all');
    await expect(iterator.next()).rejects.toMatchObject({ failure: { class: 'cut' } });
  });

  it('of another content type is no answer', async () => {
    const { failure } = await read(attempt({ behaviour: 'wrong-content-type' }, { stream: true }));
    expect(failure?.failure.class).toBe('bad_response');
  });

  it('is read no further once nobody reads', async () => {
    for await (const frame of provider.chat(attempt({ behaviour: 'endless' }, { stream: true }))) {
      if (frame.events.some(({ type }) => type === 'text-delta')) break;
    }
    expect((await vendor.waitForEnded(1))[0]).toMatchObject({ abortedByClient: true });
  });

  it('with reasoning has it apart', async () => {
    const { events } = await read(attempt({ behaviour: 'answer', reasoning: 4 }, { stream: true }));
    expect(events.some((event) => event.type === 'reasoning-delta' && event.signature !== undefined)).toBe(true);
    expect(unitsOf(events)).toHaveProperty('output');
  });
});
