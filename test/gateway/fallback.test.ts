import { describe, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway } from '../support/gateway.js';
import {
  anthropicModel,
  chunksOf,
  inputNanoUsd,
  nanoOf,
  openaiModel,
  outputNanoUsd,
  type Parsed,
  says,
  type StreamEvent,
  textOf,
  useWorld,
} from './world.js';

// What happens when a vendor fails: another candidate answers, or the same one is asked again, until content went out.

const world = useWorld({ env: { SLUICE_FIRST_TOKEN_TIMEOUT_MS: '700', SLUICE_TOTAL_TIMEOUT_MS: '2000' } });

/** The whole of a stream that was answered, or the plain answer's text. */
async function answerOf(
  body: object,
  stream: boolean,
): Promise<{ readonly text: string; readonly model: string; readonly requestId: string }> {
  if (!stream) {
    const { status, body: answer, requestId } = await world.ask(body);
    expect({ status, error: answer.error }).toEqual({ status: 200, error: undefined });
    return { text: answer.choices[0].message.content, model: answer.model, requestId };
  }
  const opened = await world.stream(body);
  const events = await opened.rest();
  expect({ status: opened.status, last: events.at(-1)?.data }).toEqual({ status: 200, last: '[DONE]' });
  return { text: textOf(events), model: chunksOf(events)[0].model, requestId: opened.requestId };
}

const attemptsOf = (requestId: string) =>
  world.rows<{ vendor: string; status: string; failure_class: string | null; charge: bigint }>(
    'SELECT vendor, status, failure_class, charge FROM requests.attempts WHERE request_id = $1 ORDER BY number',
    [requestId],
  );

describe.each([false, true])('a failure before the first content (stream: %s)', (stream) => {
  it.each<[string, Behaviour]>([
    ['rate_limited', { behaviour: 'rate-limited' }],
    ['rate_limited', { behaviour: 'rate-limited', retryAfterSeconds: 30 }],
    ['quota_exhausted', { behaviour: 'quota-exhausted' }],
    ['overloaded', { behaviour: 'overloaded' }],
    ['overloaded', { behaviour: 'overloaded', status: 529 }],
    ['vendor_error', { behaviour: 'server-error' }],
    ['vendor_error', { behaviour: 'html-error' }],
    ['connection', { behaviour: 'reset', afterBytes: 'headers' }],
    ['cut', { behaviour: 'reset', afterBytes: 0 }],
    // A plain body that HTTP calls whole is not cut: it is no answer.
    [stream ? 'cut' : 'bad_response', { behaviour: 'cut', afterBytes: 0 }],
    ['cut', { behaviour: 'cut', afterBytes: 40, how: 'close' }],
    ['bad_response', { behaviour: 'status', status: 200, body: 'oh no' }],
    ['auth', { behaviour: 'unauthorized' }],
    ['permission', { behaviour: 'forbidden' }],
    ['model_not_found', { behaviour: 'not-found' }],
    ['context_length', { behaviour: 'context-length' }],
    [stream ? 'timeout_first_token' : 'timeout_total', { behaviour: 'stall', afterBytes: 'headers' }],
    [stream ? 'timeout_first_token' : 'timeout_total', { behaviour: 'stall', afterBytes: 20 }],
  ])('%s: %j is followed by the next candidate at once', async (failureClass, behaviour) => {
    const messages = says('Hello', { ...behaviour, vendor: 'openai' });
    const answer = await answerOf({ models: [openaiModel, anthropicModel], messages, stream }, stream);
    expect(answer).toMatchObject({ text: fakeAnswerText('Hello'), model: expect.stringContaining('claude') });
    const { charged } = await world.ended(answer.requestId);
    const attempts = await attemptsOf(answer.requestId);
    expect(attempts).toMatchObject([
      { vendor: 'openai', status: 'failed', failure_class: failureClass, charge: 0n },
      { vendor: 'anthropic', status: 'answered', failure_class: null, charge: charged },
    ]);
    const log = await world.vendor.waitForEnded(2);
    expect(log.map(({ vendor }) => vendor)).toEqual(['openai', 'anthropic']);
  });

  it('garbage in place of an answer is one too', async () => {
    // The stream of this behaviour begins well, so that its content goes out; only the plain form comes to a fallback.
    const garbage: Behaviour = stream
      ? { behaviour: 'wrong-content-type', contentType: 'application/json', vendor: 'openai' }
      : { behaviour: 'garbage', vendor: 'openai' };
    const answer = await answerOf({ models: [openaiModel, anthropicModel], messages: says('Hello', garbage) }, stream);
    expect(answer.text).toBe(fakeAnswerText('Hello'));
    await world.ended(answer.requestId);
  });

  it.each<[string, number, Behaviour]>([
    ['rate_limited', 3, { behaviour: 'rate-limited' }],
    ['rate_limited', 3, { behaviour: 'rate-limited', retryAfterMs: 20 }],
    ['overloaded', 3, { behaviour: 'overloaded' }],
    ['vendor_error', 3, { behaviour: 'server-error' }],
    ['connection', 3, { behaviour: 'reset', afterBytes: 'headers' }],
    ['cut', 2, { behaviour: 'cut', afterBytes: 40, how: 'close' }],
    ['bad_response', 2, { behaviour: 'status', status: 200, body: 'oh no' }],
    ['rate_limited', 1, { behaviour: 'rate-limited', retryAfterSeconds: 60 }],
    ['quota_exhausted', 1, { behaviour: 'quota-exhausted' }],
    ['auth', 1, { behaviour: 'unauthorized' }],
    ['context_length', 1, { behaviour: 'context-length' }],
    ['invalid_request', 1, { behaviour: 'bad-request' }],
    ['content_policy', 1, { behaviour: 'content-policy' }],
    ['request_too_large', 1, { behaviour: 'too-large' }],
    [stream ? 'timeout_first_token' : 'timeout_total', 1, { behaviour: 'stall', afterBytes: 'headers' }],
  ])('%s of the only candidate is tried %i times in all: %j', async (failureClass, calls, behaviour) => {
    const answer = await world.ask({ model: openaiModel, messages: says('Hello', behaviour), stream });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.error).toMatchObject({
      message: expect.stringMatching(/\S/),
      code: expect.stringMatching(/\S/),
    });
    const row = await world.ended(answer.requestId);
    expect(row).toMatchObject({ state: 'released', charged: 0n, failure_class: failureClass });
    expect(await world.vendor.log()).toHaveLength(calls);
    expect(await attemptsOf(answer.requestId)).toHaveLength(calls);
  });

  it.each<Behaviour['behaviour']>(['bad-request', 'content-policy', 'too-large'])(
    '%s is the caller’s fault: no other candidate hears of it',
    async (behaviour) => {
      const messages = says('Hello', { behaviour, vendor: 'openai' } as Behaviour);
      const answer = await world.ask({ models: [openaiModel, anthropicModel], messages, stream });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      await world.ended(answer.requestId);
      expect((await world.vendor.log()).map(({ vendor }) => vendor)).toEqual(['openai']);
    },
  );

  it('that passes is made good by the same candidate', async () => {
    const messages = says('Hello', [{ behaviour: 'rate-limited', retryAfterMs: 10 }, { behaviour: 'overloaded' }]);
    const answer = await answerOf({ model: openaiModel, messages }, stream);
    expect(answer.text).toBe(fakeAnswerText('Hello'));
    await world.ended(answer.requestId);
    expect((await attemptsOf(answer.requestId)).map(({ status }) => status)).toEqual(['failed', 'failed', 'answered']);
  });

  it('tells of Retry-After where nobody else is left', async () => {
    const behaviour: Behaviour = { behaviour: 'rate-limited', retryAfterSeconds: 42 };
    const answer = await world.ask({ model: openaiModel, messages: says('Hello', behaviour), stream });
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } });
    expect(answer.headers.get('retry-after')).toBe('42');
    expect(answer.headers.get('x-should-retry')).toBe('true');
  });
});

describe('a failure after the first content', () => {
  /** The events of a stream that broke off: what came, and the typed error that ended it. */
  async function brokenOff(
    behaviour: Behaviour,
  ): Promise<{ requestId: string; events: readonly StreamEvent[]; error: Parsed }> {
    const messages = says('Hello', { ...behaviour, vendor: 'openai' });
    const opened = await world.stream({
      models: [openaiModel, anthropicModel],
      messages,
      stream_options: { include_usage: true },
    });
    const first = await opened.nextContent();
    // A reset throws away what the system had not handed on, so it comes only once content has arrived.
    await world.vendor.release('all');
    const events = [first, ...(await opened.rest())];
    expect(opened.status).toBe(200);
    expect(events.map(({ data }) => data)).not.toContain('[DONE]');
    return { requestId: opened.requestId, events, error: chunksOf(events).at(-1).error };
  }

  it.each<[string, string, Behaviour]>([
    ['cut', 'stream_cut', { behaviour: 'cut' }],
    ['cut', 'stream_cut', { behaviour: 'cut', how: 'close' }],
    ['cut', 'stream_cut', { behaviour: 'hold', then: 'reset' }],
    ['cut', 'stream_cut', { behaviour: 'cut', afterEvents: -1 }],
    ['bad_response', 'vendor_bad_response', { behaviour: 'garbage' }],
    ['vendor_error', 'vendor_error', { behaviour: 'error-event' }],
    ['vendor_error', 'vendor_error', { behaviour: 'error-event', form: 'in-chunk' }],
    ['timeout_total', 'vendor_timeout', { behaviour: 'stall' }],
  ])(
    '%s: ends the stream with a typed error and is charged as counted (%s, %j)',
    async (failureClass, code, behaviour) => {
      const { requestId, events, error } = await brokenOff(behaviour);
      expect(error).toMatchObject({ code, type: expect.any(String), message: expect.stringMatching(/\S/) });
      const text = textOf(events);
      expect(text).not.toBe('');
      expect(fakeAnswerText('Hello').startsWith(text)).toBe(true);
      const row = await world.ended(requestId);
      expect(row).toMatchObject({ state: 'settled', failure_class: failureClass });
      expect(await attemptsOf(requestId)).toMatchObject([{ vendor: 'openai', status: 'partial', charge: row.charged }]);
      expect(nanoOf(error.cost_usd)).toBe(row.charged);
      // Nobody has reported what was used, unless the vendor's last event had come.
      const counted = BigInt(Math.ceil(Buffer.byteLength(text) / 4));
      expect(row.charged!).toBeGreaterThanOrEqual(counted * outputNanoUsd + inputNanoUsd);
      expect(row.charged!).toBeLessThan(row.held!);
      const log = await world.vendor.waitForEnded(1);
      expect(log.map(({ vendor }) => vendor)).toEqual(['openai']);
    },
  );
});

describe('a vendor that is not there', () => {
  it('is passed over for the next candidate, and told as unreachable where there is none', async () => {
    const gateway = await startTestGateway({
      vendors: {
        openaiBaseUrl: `http://127.0.0.1:${await freePort()}/v1`,
        anthropicBaseUrl: world.vendor.anthropicBaseUrl,
      },
      env: { SLUICE_LOG_LEVEL: 'error' },
    });
    try {
      for (const stream of [false, true]) {
        const models = [openaiModel, anthropicModel];
        const answer = await world.ask({ models, messages: says('Hello'), stream }, { gateway });
        expect(answer.status).toBe(200);
        expect(JSON.stringify(answer.body)).toContain('claude');
        const alone = await world.ask({ model: openaiModel, messages: says('Hello'), stream }, { gateway });
        expect(alone).toMatchObject({ status: 502, body: { error: { code: 'vendor_unreachable' } } });
      }
      expect((await world.vendor.log()).map(({ vendor }) => vendor)).toEqual(['anthropic', 'anthropic']);
    } finally {
      await gateway.close();
    }
  });
});
