import { describe, expect, it } from 'vitest';
import { anthropicModel, type Answer, type AskOptions, type Parsed, says, useWorld } from '../gateway/world.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { until } from '../chaos/until.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

// Anthropic's batches of messages, over its own models and any other.

const world = useWorld({ env: { SLUICE_WEBHOOKS_ALLOW_PRIVATE: 'on' } });
const url = '/v1/messages/batches';
const held: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };
const message = (name: string, behaviour?: Behaviour, more: object = {}): object => ({
  custom_id: name,
  params: { model: anthropicModel, max_tokens: 50, messages: says(`Hello ${name}`, behaviour), ...more },
});
const typeOf = ({ status, body }: Answer) => [status, body.error?.type, body.error?.message];

async function create(requests: readonly object[], options?: AskOptions): Promise<Parsed> {
  const made = await world.post(url, { requests }, options);
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  return made.body;
}

async function ended(id: string, options?: AskOptions): Promise<Parsed> {
  let batch: Parsed;
  await until(
    `the end of ${id}`,
    async () => {
      batch = (await world.get(`${url}/${id}`, options)).body;
      return batch.processing_status === 'ended' ? true : { pending: batch.processing_status };
    },
    60_000,
  );
  return batch;
}

async function resultsOf({ results_url: where }: Parsed, options?: AskOptions): Promise<readonly Parsed[]> {
  const { status, headers, body } = await world.get(new URL(where).pathname, options);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-jsonl']);
  return (body as string)
    .trimEnd()
    .split('\n')
    .map((line): Parsed => JSON.parse(line));
}

describe('a batch of messages', () => {
  it('has a result for each request, in their order, whatever became of it', async () => {
    const requests = [
      message('first'),
      message('fails', { behaviour: 'bad-request' }),
      message('unknown', undefined, { model: 'nobody/knows-it' }),
      message('elsewhere', undefined, { model: 'sandbox/echo' }),
      message('streams', undefined, { stream: true }),
    ];
    const made = await create(requests);
    expect(made).toMatchObject({
      ...{ type: 'message_batch', processing_status: 'in_progress', results_url: null, ended_at: null },
      request_counts: { succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    });
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(86_400_000);
    const over = await ended(made.id);
    expect(over.request_counts).toEqual({ processing: 0, succeeded: 2, errored: 3, canceled: 0, expired: 0 });
    expect(over.results_url).toBe(`${world.gateway.origin}${url}/${made.id}/results`);
    expect(Number(over.cost_usd)).toBeGreaterThan(0);
    const results = await resultsOf(over);
    expect(results.map(({ custom_id: id, result }) => [id, result.type])).toEqual([
      ['first', 'succeeded'],
      ['fails', 'errored'],
      ['unknown', 'errored'],
      ['elsewhere', 'succeeded'],
      ['streams', 'errored'],
    ]);
    expect(results[0]?.result.message).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text' }],
    });
    const errors = results.flatMap(({ result }) => (result.error === undefined ? [] : [result.error]));
    expect(errors.map(({ type, error }) => [type, error.type])).toEqual([
      ['error', 'invalid_request_error'],
      ['error', 'not_found_error'],
      ['error', 'invalid_request_error'],
    ]);
    // It is OpenAI's clients' no more than theirs is this one's.
    expect((await world.get(`/v1/batches/${made.id}`)).status).toBe(404);
    expect((await world.get('/v1/batches')).body.data).toEqual([]);
    expect((await world.get('/v1/files')).body.data).toEqual([]);
  });

  it('of which no request can be run has a result for each all the same', async () => {
    const over = await ended((await create([message('streams', undefined, { stream: true })])).id);
    expect(over.request_counts).toEqual({ processing: 0, succeeded: 0, errored: 1, canceled: 0, expired: 0 });
    expect((await resultsOf(over)).map(({ custom_id: id, result }) => [id, result.type])).toEqual([
      ['streams', 'errored'],
    ]);
    expect(over.cost_usd).toBe('0');
  });

  it('that is cancelled tells what was stopped, and is deleted once it has ended', async () => {
    const made = await create([message('done'), message('held', held)]);
    await world.vendor.waitForHeld(1);
    expect(typeOf(await world.get(`${url}/${made.id}/results`)).slice(0, 2)).toEqual([409, 'invalid_request_error']);
    expect((await world.delete(`${url}/${made.id}`)).status).toBe(409);
    await until('the first', async () => {
      const { body } = await world.get(`/v1/jobs?batch_id=${made.id}&status=succeeded`);
      return body.data.length === 1 ? true : { pending: 'it runs' };
    });
    const asked = (await world.post(`${url}/${made.id}/cancel`, undefined)).body;
    expect([asked.processing_status, asked.cancel_initiated_at === null]).toEqual(['canceling', false]);
    const over = await ended(made.id);
    expect(over.request_counts).toEqual({ processing: 0, succeeded: 1, errored: 0, canceled: 1, expired: 0 });
    expect((await resultsOf(over)).map(({ result }) => result.type)).toEqual(['succeeded', 'canceled']);
    const deleted = await world.delete(`${url}/${made.id}`);
    expect([deleted.status, deleted.body]).toEqual([200, { id: made.id, type: 'message_batch_deleted' }]);
    for (const path of ['', '/results']) expect((await world.get(`${url}/${made.id}${path}`)).status).toBe(404);
  });

  it('sends each request with the beta features of the whole', async () => {
    const betas = 'context-management-2025-06-27';
    const more = { context_management: { edits: [] } };
    const made = await create([message('a', undefined, more)], { headers: { 'anthropic-beta': betas } });
    const over = await ended(made.id);
    expect(over.request_counts.succeeded).toBe(1);
    expect((await world.vendor.log())[0]?.body).toMatchObject(more);
    const [row] = await world.rows<{ headers: object }>('SELECT headers FROM jobs.batches WHERE id = $1', [made.id]);
    expect(row?.headers).toMatchObject({ 'anthropic-beta': betas });
  });
});

describe('the end of a batch', () => {
  it('is told once, with the batch where an endpoint wants all, and no line is told of', async () => {
    const receiver = await startWebhookReceiver();
    const endpoint = { url: `${receiver.origin}/hooks`, event_types: ['batch.*', 'job.*'], payload: 'full' };
    const admin = { apiKey: world.gateway.adminKey };
    const { body: made } = await world.post('/v1/organization/webhook_endpoints', endpoint, admin);
    try {
      const over = await ended((await create([message('a'), message('b')])).id);
      await until('the webhook', () =>
        Promise.resolve(receiver.at('/hooks').length > 0 ? true : { pending: 'nothing came' }),
      );
      const told = receiver.at('/hooks').map(({ body }): Parsed => JSON.parse(body));
      expect(told).toMatchObject([{ type: 'batch.completed', data: { id: over.id, status: 'completed' } }]);
      const { results_url: _, ...object } = over;
      expect(told[0]?.data.object).toMatchObject(object);
      await world.delete(`/v1/organization/webhook_endpoints/${made.id}`, admin);
    } finally {
      await receiver.close();
    }
  });
});

describe('what is wrong', () => {
  it.each([
    [{}, 'requests: Field required'],
    [{ requests: [] }, 'requests: List should have at least 1 item'],
    [{ requests: [{ custom_id: 'a b', params: {} }] }, 'requests.0.custom_id: String should match pattern'],
    [{ requests: [{ custom_id: 'a' }] }, 'requests.0.params: Field required'],
    [{ requests: [message('a'), message('a')] }, 'requests.1.custom_id: Must be unique within the batch'],
  ])('%j is told by its place', async (body, words) => {
    const refused = await world.post(url, body);
    expect(typeOf(refused)).toEqual([400, 'invalid_request_error', expect.stringContaining(words)]);
  });

  it('is unknown to other projects, and refused to those that keep no answers', async () => {
    const made = await create([message('a')]);
    const other = { apiKey: (await world.createProject()).apiKey };
    for (const path of ['', '/results']) {
      expect(typeOf(await world.get(`${url}/${made.id}${path}`, other)).slice(0, 2)).toEqual([404, 'not_found_error']);
    }
    expect((await world.post(`${url}/${made.id}/cancel`, undefined, other)).status).toBe(404);
    expect((await world.delete(`${url}/${made.id}`, other)).status).toBe(404);
    const unkept = { apiKey: (await world.createProject({ answer_hold_ms: 0 })).apiKey };
    expect(typeOf(await world.post(url, { requests: [message('a')] }, unkept)).slice(0, 2)).toEqual([
      403,
      'permission_error',
    ]);
    await ended(made.id);
  });

  it('is paged in the way of the dialect', async () => {
    const options = { apiKey: (await world.createProject()).apiKey };
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await create([message(name)], options)).id);
    const [a, b, c] = ids;
    const page = async (query: string) => {
      const { body } = await world.get(`${url}?${query}`, options);
      return [body.data.map(({ id }: Parsed) => id), body.has_more, body.first_id, body.last_id];
    };
    expect(await page('limit=2')).toEqual([[c, b], true, c, b]);
    expect(await page(`limit=2&after_id=${b}`)).toEqual([[a], false, a, a]);
    expect(await page(`limit=1&before_id=${a}`)).toEqual([[b], true, b, b]);
    expect((await world.get(`${url}?after_id=msgbatch_x`, options)).status).toBe(400);
    for (const id of ids) await ended(id, options);
  });
});
