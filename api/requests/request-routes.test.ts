import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { buildApp } from '../app.js';
import { mintRequestId } from '../request-id.js';
import { chatBody, parseEvents } from '../testing/chat-body.js';
import { answer, endRecord, frame, stopFrame, SUMMARY, textFrame } from '../testing/fake-answers.js';
import { createFakeWorld, INFERENCE_KEY, OTHER_PROJECT_KEY } from '../testing/fake-dependencies.js';

const BEARER = { authorization: `Bearer ${INFERENCE_KEY}` };
const KEYED = { 'idempotency-key': 'k', 'content-type': 'application/json', ...BEARER };

function open() {
  const world = createFakeWorld();
  const app = buildApp(world.deps);
  const get = (url: string, headers: object = {}) => app.inject({ url, headers: { ...BEARER, ...headers } });
  const chat = (fields: object = {}, headers: { [name: string]: string } = KEYED) =>
    app.inject({ method: 'POST', url: '/v1/chat/completions', headers, payload: chatBody(fields) });
  return { world, app, get, chat };
}

const RECORD: RequestRecord = {
  id: mintRequestId(),
  organizationId: 'org_1',
  projectId: 'proj_1',
  state: 'reserved',
  models: ['sandbox/rate-limited', 'sandbox/echo'],
  stream: true,
  retention: 'interactive',
  keyed: false,
  stored: false,
  heldNanoUsd: '5000000',
  createdAt: '2026-11-01T00:00:00.000Z',
  attempts: [],
};
const ENDED = { endedAt: '2026-11-01T00:00:09.000Z' };
const KEPT = { retention: 'kept', keyed: true } as const;
const LATER = '2999-01-01T00:00:00.000Z';

async function show(fields: Partial<RequestRecord>) {
  const { world, get } = open();
  world.directory.records.set(RECORD.id, { ...RECORD, ...fields });
  return (await get(`/v1/requests/${RECORD.id}`)).json<{ [field: string]: unknown }>();
}

describe('GET /v1/requests/{id}', () => {
  it('shows how the request goes and what it costs, attempt by attempt', async () => {
    const shown = await show({
      state: 'settled',
      vendor: 'sandbox',
      model: 'echo',
      chargedNanoUsd: '2500000',
      ...ENDED,
      attempts: [
        {
          number: 1,
          offerId: 'sandbox/rate-limited',
          vendor: 'sandbox',
          model: 'rate-limited',
          state: 'recorded',
          status: 'failed',
          failure: { class: 'rate_limited', httpStatus: 429 },
          chargeNanoUsd: '0',
          durationMs: 12,
        },
        {
          number: 2,
          tier: 'batch',
          offerId: 'sandbox/echo',
          vendor: 'sandbox',
          model: 'echo',
          state: 'recorded',
          status: 'answered',
          chargeNanoUsd: '2500000',
          firstTokenMs: 5,
          durationMs: 30,
        },
      ],
    });
    expect(shown).toEqual({
      id: RECORD.id,
      object: 'request',
      status: 'completed',
      model: 'echo',
      vendor: 'sandbox',
      models: ['sandbox/rate-limited', 'sandbox/echo'],
      stream: true,
      created_at: 1_793_491_200,
      ended_at: 1_793_491_209,
      cost_usd: '0.0025',
      held_usd: null,
      failure: null,
      route: null,
      attempts: [
        {
          number: 1,
          tier: null,
          vendor: 'sandbox',
          model: 'rate-limited',
          status: 'failed',
          failure: 'rate_limited',
          first_token_ms: null,
          duration_ms: 12,
          cost_usd: '0',
        },
        {
          number: 2,
          tier: 'batch',
          vendor: 'sandbox',
          model: 'echo',
          status: 'answered',
          failure: null,
          first_token_ms: 5,
          duration_ms: 30,
          cost_usd: '0.0025',
        },
      ],
      answer: 'none',
      answer_expires_at: null,
    });
  });

  it.each<[string, Partial<RequestRecord>]>([
    ['queued', { state: 'accepted' }],
    ['in_progress', {}],
    ['completed', { state: 'settled', ...ENDED }],
    ['failed', { state: 'settled', failureClass: 'cut', ...ENDED }],
    ['failed', { state: 'released', failureClass: 'overloaded', ...ENDED }],
    ['failed', { state: 'released', ...ENDED }],
    ['cancelled', { state: 'released', failureClass: 'cancelled', ...ENDED }],
    ['cancelled', { state: 'settled', failureClass: 'cancelled', ...ENDED }],
    ['refused', { state: 'refused', ...ENDED }],
  ])('says %s of %j', async (status, fields) => {
    expect((await show(fields))['status']).toBe(status);
  });

  it.each<[string, Partial<RequestRecord>]>([
    ['none', {}],
    ['pending', KEPT],
    ['available', { ...KEPT, ...ENDED, state: 'settled', answerExpiresAt: LATER }],
    ['expired', { ...KEPT, ...ENDED, state: 'settled', answerExpiresAt: ENDED.endedAt }],
  ])('says of the answer: %s', async (answerState, fields) => {
    expect((await show(fields))['answer']).toBe(answerState);
  });

  it('shows what is held while the request runs', async () => {
    expect(await show({})).toMatchObject({ held_usd: '0.005', cost_usd: null });
  });

  it('knows nothing of another project’s requests, nor of what are none', async () => {
    const { world, get } = open();
    world.directory.records.set(RECORD.id, RECORD);
    const other = { authorization: `Bearer ${OTHER_PROJECT_KEY}` };
    for (const path of ['', '/answer', '/stream']) {
      const response = await get(`/v1/requests/${RECORD.id}${path}`, other);
      expect([response.statusCode, response.json().error.code]).toEqual([404, 'request_not_found']);
    }
    for (const id of [mintRequestId(), 'req_x', '..%2f..', '%00']) {
      expect((await get(`/v1/requests/${id}`)).statusCode).toBe(404);
    }
  });
});

describe('GET /v1/requests/{id}/answer', () => {
  it('is the answer as the original call got it', async () => {
    const { chat, get } = open();
    const first = await chat();
    const again = await get(`/v1/requests/${String(first.headers['x-request-id'])}/answer`);
    expect([again.statusCode, again.body]).toEqual([200, first.body]);
    expect(again.headers['x-request-id']).toBe(first.headers['x-request-id']);
  });

  it('is a plain answer of what was streamed', async () => {
    const { chat, get } = open();
    const first = await chat({ stream: true });
    const again = await get(`/v1/requests/${String(first.headers['x-request-id'])}/answer`);
    expect(again.json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'Hello' } }] });
  });

  it('waits for what still runs, and fails as the original call did', async () => {
    const { world, chat, get } = open();
    let input: RequestInput | undefined;
    world.workflow = (started) => void (input = started);
    const first = chat();
    await expect.poll(() => input).toBeDefined();
    const again = get(`/v1/requests/${input!.requestId}/answer`);
    await expect.poll(() => world.replies.followers).toBe(1);
    const failure = { class: 'context_length' } as const;
    await world.replies.push(input!.requestId, { type: 'failed', failure, detail: { message: 'Too long.' } });
    expect([(await again).statusCode, (await again).body]).toEqual([400, (await first).body]);
  });

  it('is gone with its content, and was never kept without a key', async () => {
    const { world, get } = open();
    world.directory.records.set(RECORD.id, {
      ...RECORD,
      ...KEPT,
      ...ENDED,
      state: 'settled',
      answerExpiresAt: ENDED.endedAt,
      chargedNanoUsd: '7',
    });
    const expired = await get(`/v1/requests/${RECORD.id}/answer`);
    expect([expired.statusCode, expired.json().error]).toMatchObject([
      409,
      { code: 'answer_expired', cost_usd: '0.000000007', request_id: RECORD.id },
    ]);
    world.directory.records.set(RECORD.id, RECORD);
    const unkept = await get(`/v1/requests/${RECORD.id}/answer`);
    expect([unkept.statusCode, unkept.json().error.message]).toEqual([
      404,
      'The answer of this request is not kept: it came without an Idempotency-Key and without `store`.',
    ]);
  });
});

describe('GET /v1/requests/{id}/stream', () => {
  /** A stream whose frames become no chunk, one chunk and several chunks. */
  async function streamed() {
    const opened = open();
    opened.world.workflow = async (input) => {
      const { requestId } = input;
      opened.world.directory.reserve(input);
      await opened.world.replies.push(requestId, frame(0, { type: 'start', vendorModel: 'echo' }));
      await opened.world.replies.push(
        requestId,
        frame(1, ...['a', 'b', 'c'].map((text) => ({ type: 'text-delta', choice: 0, block: 0, text }) as const)),
      );
      await opened.world.replies.push(requestId, textFrame(2, 'd'));
      await opened.world.replies.push(requestId, stopFrame(3));
      endRecord(opened.world, input);
      await opened.world.replies.push(requestId, { type: 'answered', summary: SUMMARY });
    };
    const first = await opened.chat({ stream: true, stream_options: { include_usage: true } });
    const id = String(first.headers['x-request-id']);
    return { ...opened, id, events: parseEvents(first.body), body: first.body };
  }

  it('goes on exactly after every chunk, by header and by query', async () => {
    const { get, id, events, body } = await streamed();
    expect(events.map((event) => event.id?.slice(id.length))).toEqual([
      ':1:1',
      ':1:1.1',
      ':1:1.2',
      ':1:2',
      ':1:3',
      ':1:4',
      undefined,
    ]);
    const url = `/v1/requests/${id}/stream`;
    expect((await get(url)).body).toBe(body);
    for (const [index, event] of events.slice(0, -1).entries()) {
      const byHeader = await get(url, { 'last-event-id': event.id });
      expect(parseEvents(byHeader.body)).toEqual(events.slice(index + 1));
      expect(byHeader.headers['content-type']).toBe('text/event-stream; charset=utf-8');
      expect((await get(`${url}?starting_after=${event.id}`)).body).toBe(byHeader.body);
    }
  });

  it('refuses an id that is not of this stream', async () => {
    const { get, id } = await streamed();
    for (const after of ['nonsense', `${mintRequestId()}:1:0`, `${id}:1`, `${id}:1:-1`]) {
      const response = await get(`/v1/requests/${id}/stream`, { 'last-event-id': after });
      expect([response.statusCode, response.json().error]).toMatchObject([
        400,
        { param: 'starting_after', code: 'invalid_request' },
      ]);
    }
  });

  it('tells an error again, so that a stream without its end never looks whole', async () => {
    const { world, chat, get } = open();
    world.workflow = async ({ requestId }) => {
      await world.replies.push(requestId, textFrame(0, 'Hel'));
      await world.replies.push(requestId, { type: 'failed', failure: { class: 'cut' }, detail: { message: '' } });
    };
    const first = await chat({ stream: true });
    const id = String(first.headers['x-request-id']);
    const last = parseEvents(first.body).at(-1);
    expect(last?.data).toMatchObject({ error: { code: 'stream_cut' } });
    const again = await get(`/v1/requests/${id}/stream`, { 'last-event-id': last?.id });
    expect([again.statusCode, again.json().error.code]).toEqual([502, 'stream_cut']);
  });

  it('follows what still runs', async () => {
    const { world, chat, get } = open();
    let input: RequestInput | undefined;
    world.workflow = (started) => void (input = started);
    const first = chat({ stream: true });
    await expect.poll(() => input).toBeDefined();
    await world.replies.push(input!.requestId, textFrame(0, 'Hel'));
    const again = get(`/v1/requests/${input!.requestId}/stream`, { 'last-event-id': `${input!.requestId}:1:0` });
    await expect.poll(() => world.replies.followers).toBe(1);
    await world.replies.push(input!.requestId, textFrame(1, 'lo'));
    await world.replies.push(input!.requestId, { type: 'answered', summary: SUMMARY });
    expect(parseEvents((await again).body)).toEqual(parseEvents((await first).body).slice(1));
  });
});

describe('POST /v1/requests/{id}/cancel', () => {
  const cancel = (opened: ReturnType<typeof open>) =>
    opened.app.inject({ method: 'POST', url: `/v1/requests/${RECORD.id}/cancel`, headers: BEARER });

  it('asks whoever runs the request to stop, as often as it is asked', async () => {
    const opened = open();
    opened.world.directory.records.set(RECORD.id, RECORD);
    const response = await cancel(opened);
    expect([response.statusCode, response.json()]).toMatchObject([202, { id: RECORD.id, status: 'in_progress' }]);
    expect((await cancel(opened)).statusCode).toBe(202);
    expect(opened.world.directory.cancelled).toEqual([RECORD.id, RECORD.id]);
  });

  it('asks nobody about what has ended', async () => {
    const opened = open();
    opened.world.directory.records.set(RECORD.id, { ...RECORD, state: 'settled', ...ENDED });
    expect((await cancel(opened)).json().status).toBe('completed');
    expect(opened.world.directory.cancelled).toEqual([]);
  });
});

describe('the stored rendering', () => {
  it('keeps what the first caller asked for: usage and the old function form', async () => {
    const { world, chat, get } = open();
    world.workflow = (input) => answer(world, input, ['Hello']);
    const functions = [{ name: 'f', parameters: { type: 'object' } }];
    const first = await chat({
      functions,
      stream: true,
      stream_options: { include_usage: true },
      model: undefined,
      models: ['sandbox/echo'],
    });
    const again = await get(`/v1/requests/${String(first.headers['x-request-id'])}/stream`);
    expect(again.body).toBe(first.body);
    expect(again.body).toContain('"cost":0.0025');
  });
});
