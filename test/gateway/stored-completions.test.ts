import { beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { anthropicModel, openaiModel, type Parsed, says, textOf, type TestProject, useWorld } from './world.js';

// Completions that callers ask to have stored: by one gateway, and fetched, listed, resumed and destroyed at the other.

const world = useWorld({ beside: true });
const hourMs = 3_600_000;
const path = '/v1/chat/completions';
const held: Behaviour = { behaviour: 'hold', afterEvents: 5 };

let storing: TestProject;
let other: TestProject;
let silent: TestProject;
beforeAll(async () => {
  storing = await world.createProject({ stored_answer_retention_ms: hourMs });
  other = await world.createProject({ stored_answer_retention_ms: hourMs });
  silent = await world.createProject();
});

const body = (more: object = {}, behaviour?: Behaviour) => ({
  model: openaiModel,
  messages: says('Hello', behaviour),
  max_completion_tokens: 50,
  store: true,
  ...more,
});
const here = () => ({ apiKey: storing.apiKey });
const there = () => ({ apiKey: storing.apiKey, gateway: world.other });
const idOf = (requestId: string): string => `chatcmpl-${requestId}`;

describe('a stored completion', () => {
  it.each([
    ['of a vendor of the dialect', openaiModel],
    ['of another vendor', anthropicModel],
    ['of the sandbox', 'sandbox/echo'],
  ])('%s has an id of ours, and is the same answer at either gateway', async (_name, model) => {
    const asked = await world.ask(body({ model, metadata: { feature: 'search' } }), here());
    expect(asked.status).toBe(200);
    expect(asked.body.id).toBe(idOf(asked.requestId));
    expect(asked.body.warnings ?? []).not.toContainEqual(expect.objectContaining({ feature: 'store' }));
    await world.ended(asked.requestId);
    const whole = { ...asked.body, request_id: asked.requestId, metadata: { feature: 'search' } };
    for (const options of [here(), there()]) {
      const { status, body: found } = await world.get(`${path}/${asked.body.id}`, options);
      expect([status, found]).toEqual([200, whole]);
    }
  });

  it('that was streamed is found by the id of its chunks', async () => {
    const stream = await world.stream(body({ stream_options: { include_usage: true } }), here());
    const events = await stream.rest();
    const chunks = events.slice(0, -1).map(({ data }): Parsed => JSON.parse(data));
    expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set([idOf(stream.requestId)]));
    await world.ended(stream.requestId);
    const { body: found } = await world.get(`${path}/${idOf(stream.requestId)}`, there());
    expect(found).toMatchObject({ object: 'chat.completion', usage: { cost: chunks.at(-1)?.usage.cost } });
    expect(found.choices[0].message.content).toBe(textOf(events));
    const again = await world.getStream(`/v1/requests/${stream.requestId}/stream`, there());
    expect(await again.rest()).toEqual(events);
  });

  it('is sent to no vendor to be stored there, nor its labels', async () => {
    const asked = await world.ask(body({ metadata: { feature: 'search' } }), here());
    expect(asked.status).toBe(200);
    const [sent] = await world.vendor.log();
    expect(sent?.body?.['store'] ?? false).toBe(false);
    expect(sent?.body).not.toHaveProperty('metadata');
  });

  it('can be resumed at the other gateway while it runs', async () => {
    const stream = await world.stream(body({}, held), here());
    const first = await stream.nextContent();
    const resumed = await world.getStream(
      `/v1/requests/${stream.requestId}/stream?starting_after=${first.id}`,
      there(),
    );
    await world.vendor.release('all');
    const rest = await stream.rest();
    expect(await resumed.rest()).toEqual(rest);
    await world.ended(stream.requestId);
  });

  it('keeps the messages that it answers, page by page', async () => {
    const parts = [{ type: 'text', text: 'In parts' }];
    const messages = [{ role: 'system', content: 'Be brief' }, ...says('Hello'), { role: 'user', content: parts }];
    const { requestId } = await world.ask(body({ messages }), here());
    const id = idOf(requestId);
    const all = await world.get(`${path}/${id}/messages`, there());
    expect(all.body).toEqual({
      object: 'list',
      data: [
        { id: `${id}-0`, role: 'system', content: 'Be brief', content_parts: null },
        { id: `${id}-1`, role: 'user', content: 'Hello', content_parts: null },
        { id: `${id}-2`, role: 'user', content: null, content_parts: parts },
      ],
      first_id: `${id}-0`,
      last_id: `${id}-2`,
      has_more: false,
    });
    const last = await world.get(`${path}/${id}/messages?order=desc&limit=1&after=${id}-2`, here());
    expect(last.body).toMatchObject({ data: [{ id: `${id}-1` }], has_more: true });
    const unknown = await world.get(`${path}/${id}/messages?after=x`, here());
    expect([unknown.status, unknown.body.error.param]).toEqual([400, 'after']);
  });

  it('is listed with its labels, which can be replaced', async () => {
    const project = await world.createProject({ stored_answer_retention_ms: hourMs });
    const options = { apiKey: project.apiKey };
    const asked = [];
    for (const team of ['a', 'b', 'a']) asked.push(await world.ask(body({ metadata: { team } }), options));
    const ids = asked.map(({ requestId }) => idOf(requestId));
    const list = async (query: string) => {
      const { data, ...rest } = (await world.get(`${path}?${query}`, { ...options, gateway: world.other })).body;
      return { ids: data.map(({ id }: Parsed) => id), data, ...rest };
    };
    expect(await list('')).toMatchObject({ object: 'list', ids, first_id: ids[0], last_id: ids[2], has_more: false });
    expect((await list('metadata[team]=a')).ids).toEqual([ids[0], ids[2]]);
    expect(await list(`limit=1&order=desc&after=${ids[2]}`)).toMatchObject({ ids: [ids[1]], has_more: true });
    expect((await list(`model=${openaiModel}`)).ids).toEqual(ids);
    expect((await list('model=other')).ids).toEqual([]);
    const changed = await world.post(`${path}/${ids[0]}`, { metadata: { team: 'c' } }, options);
    expect(changed.body).toEqual({ ...asked[0]?.body, request_id: asked[0]?.requestId, metadata: { team: 'c' } });
    expect((await list('metadata[team]=c')).data).toEqual([changed.body]);
  });

  it.each([
    ['no labels', {}, 'metadata'],
    ['a label that is no text', { metadata: { a: 1 } }, 'metadata.a'],
    [
      'too many labels',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])) },
      'metadata',
    ],
  ])('is not labelled with %s', async (_name, labels, param) => {
    const refused = await world.post(`${path}/chatcmpl-x`, labels, here());
    expect([refused.status, refused.body.error.code, refused.body.error.param]).toEqual([
      400,
      'invalid_request',
      param,
    ]);
  });

  it('is unknown to another project, after it was destroyed, and where there was none', async () => {
    const { requestId } = await world.ask(body(), here());
    await world.ended(requestId);
    const url = `${path}/${idOf(requestId)}`;
    const unknown = [404, 'answer_not_found'];
    const codeOf = ({ status, body: told }: { status: number; body: Parsed }) => [status, told.error?.code];
    for (const send of [world.get, world.delete, (at: string, by: object) => world.post(at, { metadata: {} }, by)]) {
      expect(codeOf(await send(url, { apiKey: other.apiKey }))).toEqual(unknown);
    }
    expect(codeOf(await world.get(`${url}/messages`, { apiKey: other.apiKey }))).toEqual(unknown);
    const deleted = await world.delete(url, there());
    expect([deleted.status, deleted.body]).toEqual([
      200,
      { id: idOf(requestId), object: 'chat.completion.deleted', deleted: true },
    ]);
    for (const options of [here(), there()]) expect(codeOf(await world.get(url, options))).toEqual(unknown);
    expect(codeOf(await world.delete(url, here()))).toEqual(unknown);
    for (const id of ['x', `chatcmpl-${requestId}x`, requestId]) {
      expect(codeOf(await world.get(`${path}/${id}`, here()))).toEqual(unknown);
    }
    const answer = await world.get(`/v1/requests/${requestId}/answer`, here());
    expect(codeOf(answer)).toEqual([409, 'answer_expired']);
    const rows = await world.rows('SELECT 1 FROM content.kept WHERE request_id = $1', [requestId]);
    expect(rows).toEqual([]);
  });

  it('that still runs is stopped when it is destroyed', async () => {
    const stream = await world.stream(body({}, held), here());
    await stream.nextContent();
    const deleted = await world.delete(`${path}/${idOf(stream.requestId)}`, there());
    expect(deleted.status).toBe(200);
    const events = await stream.rest();
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ error: { code: 'cancelled' } });
    await world.ended(stream.requestId);
    expect(await world.rows('SELECT 1 FROM content.kept_log WHERE request_id = $1', [stream.requestId])).toEqual([]);
  });

  it('is stopped by default where its caller leaves, and found with what had come', async () => {
    const stream = await world.stream(body({}, held), here());
    await stream.nextContent();
    stream.leave();
    const { failure_class: failure } = await world.ended(stream.requestId);
    expect(failure).toBe('cancelled');
    const found = await world.get(`${path}/${idOf(stream.requestId)}`, there());
    expect(found.body.error.code).toBe('cancelled');
  });

  it('is finished where its caller asked for that, and found whole', async () => {
    const stream = await world.stream(body({ on_disconnect: 'finish' }, held), here());
    await stream.nextContent();
    stream.leave();
    const found = world.get(`${path}/${idOf(stream.requestId)}`, there());
    await world.vendor.release('all');
    expect((await found).body.choices[0].finish_reason).toBe('stop');
    await world.ended(stream.requestId);
  });

  it('is gone when its time is over', async () => {
    const brief = await world.createProject({ stored_answer_retention_ms: 1 });
    const { requestId } = await world.ask(body(), { apiKey: brief.apiKey });
    await world.ended(requestId);
    await expect
      .poll(async () => (await world.get(`${path}/${idOf(requestId)}`, { apiKey: brief.apiKey })).status)
      .toBe(404);
  });
});

describe('where a project stores nothing', () => {
  it.each([
    ['plain', { model: openaiModel }],
    ['plain, of another vendor', { model: anthropicModel }],
    ['plain, of the sandbox', { model: 'sandbox/echo' }],
  ])('a wish to store is told of (%s)', async (_name, more) => {
    const asked = await world.ask(body(more), { apiKey: silent.apiKey });
    expect(asked.status).toBe(200);
    expect(asked.body.warnings).toContainEqual({
      type: 'ignored',
      feature: 'store',
      detail: 'The answer is not stored: the project has no `stored_answer_retention_ms`.',
    });
    await world.ended(asked.requestId);
    const found = await world.get(`${path}/${asked.body.id}`, { apiKey: silent.apiKey });
    expect([found.status, found.body.error.code]).toEqual([404, 'answer_not_found']);
    expect(await world.rows('SELECT 1 FROM content.kept WHERE request_id = $1', [asked.requestId])).toEqual([]);
  });

  it('a stream tells it once', async () => {
    const events = await (await world.stream(body(), { apiKey: silent.apiKey })).rest();
    const told = events.slice(0, -1).flatMap(({ data }): Parsed[] => JSON.parse(data).warnings ?? []);
    expect(told).toMatchObject([{ feature: 'store' }]);
  });

  it('nobody who did not ask is told of anything', async () => {
    const asked = await world.ask(body({ store: false }), { apiKey: silent.apiKey });
    expect(asked.body).not.toHaveProperty('warnings');
  });
});
