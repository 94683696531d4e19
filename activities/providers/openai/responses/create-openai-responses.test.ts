import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../../workflows/contracts/answer.js';
import { createOpenAi } from '../create-openai.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt } from '../../port.js';
import { stubHttp, TEST_OFFER, testAttempt, testCall } from './test-attempt.js';

const encoder = new TextEncoder();
const sse = (...events: readonly object[]) =>
  events.map((event) => encoder.encode(`data: ${JSON.stringify(event)}\n\n`));

const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' };
const response = { id: 'resp_1', status: 'completed', output: [] };
const completed = { type: 'response.completed', response };

const streaming = testAttempt(testCall({ stream: true }, 'openai-responses', { input: 'hi', stream: true }));

async function ask(stub: ReturnType<typeof stubHttp>, attempt: ChatAttempt = streaming) {
  const provider = createOpenAi({ apiKey: 'sk-1', baseUrl: 'http://vendor/v1/', http: stub.http });
  const frames: Frame[] = [];
  let failure: ProviderFailure | undefined;
  try {
    for await (const frame of provider.chat(attempt)) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    failure = error;
  }
  return { frames, failure };
}

describe('the choice between the two APIs', () => {
  const { wire: _none, ...either } = { wire: undefined, ...TEST_OFFER };
  it.each([
    ['a chat caller', 'openai-chat', either, 'chat/completions'],
    ['a caller of the Responses API', 'openai-responses', either, 'responses'],
    ['a model of the Responses API', 'openai-chat', { ...either, wire: 'openai-responses' }, 'responses'],
    ['a model of the chat API', 'openai-responses', { ...either, wire: 'openai-chat' }, 'chat/completions'],
  ] as const)('is made by the model, then by the caller: %s', async (_who, dialect, offer, path) => {
    const stub = stubHttp({ contentType: 'application/json', pieces: [encoder.encode('{}')] });
    await ask(stub, testAttempt(testCall({}, dialect, { input: 'hi' }), { offer }));
    expect(stub.sent.map(({ url }) => url)).toEqual([`http://vendor/v1/${path}`]);
    expect(stub.sent[0]?.headers).toMatchObject({ authorization: 'Bearer sk-1', 'idempotency-key': 'request-1:1' });
  });
});

describe('an answer of the Responses API', () => {
  it('ends with its last event: the connection is kept, and what follows is not read', async () => {
    const stub = stubHttp({ pieces: sse(delta, completed, { type: 'response.late' }) });
    const { frames, failure } = await ask(stub);
    expect(failure).toBeUndefined();
    expect(frames.map(({ wire }) => wire?.body)).toEqual([delta, completed]);
    expect(stub.left).toEqual(['released', 'discarded']);
    expect(stub.piecesRead()).toBe(2);
  });

  it.each([
    ['nothing', []],
    ['half of it', sse(delta)],
    ['another dialect’s end marker', [...sse(delta), encoder.encode('data: [DONE]\n\n')]],
  ])('is cut where only %s came', async (_what, pieces) => {
    expect((await ask(stubHttp({ pieces }))).failure?.failure.class).toBe('cut');
  });

  it('is read only as fast as its reader takes it', async () => {
    const stub = stubHttp({ pieces: sse(delta, delta, delta, completed) });
    const provider = createOpenAi({ apiKey: 'k', baseUrl: 'http://vendor', http: stub.http });
    const frames = provider.chat(streaming)[Symbol.asyncIterator]();
    await frames.next();
    expect(stub.piecesRead()).toBe(1);
    await frames.return?.();
    expect(stub.left).toEqual(['discarded']);
  });

  it('may come in one piece', async () => {
    const pieces = [encoder.encode(JSON.stringify(response))];
    const { frames } = await ask(stubHttp({ contentType: 'application/json', pieces }));
    expect(frames.map(({ wire }) => wire)).toEqual([{ dialect: 'openai-responses', streamed: false, body: response }]);
  });

  it.each([
    ['is no JSON', 'application/json', 'oh no', 'bad_response'],
    ['is no object', 'application/json', '[]', 'bad_response'],
    ['has no output', 'application/json', '{"id":"x"}', 'bad_response'],
    ['failed', 'application/json', '{"status":"failed","error":{"code":"server_error"},"output":[]}', 'vendor_error'],
    ['is no stream', 'text/html', '<html>', 'bad_response'],
    ['is a broken event', 'text/event-stream', 'data: {"a\n\n', 'bad_response'],
  ])('is a failure where it %s', async (_what, contentType, text, failureClass) => {
    const { failure } = await ask(stubHttp({ contentType, pieces: [encoder.encode(text)] }));
    expect(failure?.failure.class).toBe(failureClass);
    expect(failure?.message).not.toContain('oh no');
  });

  it('is a refusal where its status says so, with the vendor’s id for it', async () => {
    const body = JSON.stringify({ error: { code: 'insufficient_quota', message: 'pay' } });
    const noted: (string | undefined)[] = [];
    const attempt = {
      ...streaming,
      onResponse: (note: { vendorRequestId?: string }) => noted.push(note.vendorRequestId),
    };
    const stub = stubHttp({ status: 429, contentType: 'application/json', pieces: [encoder.encode(body)] });
    const { failure } = await ask(stub, attempt);
    expect(failure?.failure).toMatchObject({ class: 'quota_exhausted', httpStatus: 429 });
    expect(noted).toEqual(['req_1']);
  });
});
