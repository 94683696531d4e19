import { beforeAll, describe, expect, it } from 'vitest';
import { openaiModel, type Answer, type AskOptions, type Parsed, says, textOf, useWorld } from '../gateway/world.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { createOrganization } from '../support/organization.js';

// Requests as jobs, submitted at one gateway and looked after at the other.

const world = useWorld({ beside: true });
const chat = '/v1/chat/completions';
const held: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };

const asJob = (headers: Record<string, string> = {}): AskOptions => ({
  headers: { prefer: 'respond-async', ...headers },
});
const submit = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  world.ask({ model: openaiModel, max_tokens: 50, ...body }, asJob(headers));
const there = (): AskOptions => ({ gateway: world.other });
const job = (id: string): Promise<Answer> => world.get(`/v1/jobs/${id}`, there());
const eventsOf = async (id: string, headers: Record<string, string> = {}): Promise<readonly Parsed[]> => {
  const stream = await world.getStream(`/v1/jobs/${id}/events`, { ...there(), headers });
  return (await stream.rest()).map(({ id: number, data }): Parsed => ({ number, ...JSON.parse(data) }));
};
/** Follows a job to its end; gives it as it then is. */
const ended = async (id: string): Promise<Parsed> => {
  await eventsOf(id);
  return (await job(id)).body;
};
const codeOf = ({ status, body }: Answer) => [status, body.error?.code];

describe('any POST', () => {
  it.each([
    [chat, { model: openaiModel, max_tokens: 50, messages: says('Hello') }, 'chat.completion'],
    ['/v1/completions', { model: openaiModel, prompt: 'Hello' }, 'text_completion'],
    ['/v1/responses', { model: openaiModel, input: 'Hello' }, 'response'],
    ['/v1/messages', { model: 'anthropic/claude-haiku-4-5', max_tokens: 50, messages: says('Hello') }, undefined],
  ])('%s runs as a job whose result is its answer', async (path, body, object) => {
    const accepted = await world.post(path, body, asJob());
    expect(accepted.status).toBe(202);
    const { id } = accepted.body;
    expect(accepted.headers.get('location')).toBe(`/v1/jobs/${id}`);
    expect(accepted.headers.get('preference-applied')).toBe('respond-async');
    expect(accepted.requestId).toBe(id);
    expect(accepted.body).toMatchObject({
      object: 'job',
      kind: 'chat',
      model: body.model,
      cost_usd: null,
      error: null,
    });
    const over = await ended(id);
    expect(over).toMatchObject({ status: 'succeeded', partial: false, progress: { step: 'ended', percent: 100 } });
    const result = await world.get(over.urls.result, there());
    expect(result.status).toBe(200);
    expect(result.headers.get('x-sluice-cost-usd')).toBe(over.cost_usd);
    if (object !== undefined) expect(result.body.object).toBe(object);
    else expect(result.body).toMatchObject({ type: 'message', role: 'assistant' });
    expect((await world.get(`/v1/requests/${id}`)).body).toMatchObject({
      status: 'completed',
      cost_usd: over.cost_usd,
    });
  });

  it('tells what happened to it, from any event on', async () => {
    const { body } = await submit({ messages: says('Hello') });
    const events = await eventsOf(body.id);
    expect(events.map(({ type }) => type)).toEqual(['job.queued', 'job.reserved', 'job.running', 'job.succeeded']);
    expect(events.map(({ number, version }) => [number, version])).toEqual([1, 2, 3, 4].map((n) => [`${n}`, n]));
    expect(events[2]).toMatchObject({ attempt: 1, vendor: 'openai', model: 'gpt-4o-mini' });
    expect(await eventsOf(body.id, { 'last-event-id': '2' })).toEqual(events.slice(2));
    expect(await eventsOf(body.id, { 'last-event-id': '4' })).toEqual([]);
    expect((await job(body.id)).body.version).toBe(4);
  });

  it('is the same job for the same key, and no other body', async () => {
    const key = { 'idempotency-key': 'jobs-of-one-key' };
    const first = await submit({ messages: says('Hello') }, key);
    const again = await submit({ messages: says('Hello') }, key);
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    expect(codeOf(await submit({ messages: says('Hello again') }, key))).toEqual([422, 'idempotency_key_reused']);
    await ended(first.body.id);
    expect(await world.vendor.log()).toHaveLength(1);
    // Without the preference the answer itself is waited for.
    const body = { model: openaiModel, max_tokens: 50, messages: says('Hello') };
    const plain = await world.ask(body, { headers: key });
    expect(plain.body).toEqual((await world.get(`/v1/jobs/${first.body.id}/result`)).body);
  });
});

describe('a wait', () => {
  it('that is long enough brings the answer itself', async () => {
    const answer = await submit({ messages: says('Hello') }, { prefer: 'respond-async, wait=50' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('preference-applied')).toBe('respond-async, wait=50');
    expect(answer.body.object).toBe('chat.completion');
  });

  it('that is not brings the job, which goes on', async () => {
    const answer = await submit({ messages: says('Hello', held) }, { prefer: 'respond-async, wait=1' });
    expect(answer.status).toBe(202);
    const { id } = answer.body;
    await world.vendor.waitForHeld(1);
    expect((await job(id)).body).toMatchObject({ status: 'running', progress: { step: 'calling', attempt: 1 } });
    expect(codeOf(await world.get(`/v1/jobs/${id}/result`))).toEqual([409, 'job_unfinished']);
    await world.vendor.release('all');
    expect(await ended(id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a stream', () => {
  it('is replayed by its result, at any time', async () => {
    const { body } = await submit({ stream: true, messages: says('Hello', { behaviour: 'hold', afterEvents: 5 }) });
    const live = await world.getStream(`/v1/jobs/${body.id}/result`, there());
    await live.nextContent();
    await world.vendor.release('all');
    await live.rest();
    expect(await ended(body.id)).toMatchObject({ status: 'succeeded', stream: true });
    const again = await (await world.getStream(`/v1/jobs/${body.id}/result`)).rest();
    expect(textOf(again)).not.toBe('');
    expect(again.at(-1)?.data).toBe('[DONE]');
  });
});

describe('a cancellation', () => {
  it('reaches the vendor, settles what had come, and may be asked for again', async () => {
    const { body } = await submit({ stream: true, messages: says('Hello', { behaviour: 'stall', afterEvents: 6 }) });
    const live = await world.getStream(`/v1/jobs/${body.id}/result`, there());
    await live.nextContent();
    const asked = await world.post(body.urls.cancel, undefined, there());
    expect(asked.status).toBe(200);
    expect(asked.body.cancel_requested_at).not.toBeNull();
    const over = await ended(body.id);
    expect(over).toMatchObject({ status: 'canceled', partial: true, error: { code: 'cancelled' } });
    expect(Number(over.cost_usd)).toBeGreaterThan(0);
    const [row] = await world.rows<{ state: string }>('SELECT state FROM requests.requests WHERE id = $1', [body.id]);
    expect(row?.state).toBe('settled');
    const again = await world.post(body.urls.cancel, undefined);
    expect([again.status, again.body]).toEqual([200, over]);
  });

  it('comes too late for a job that has ended, and changes nothing', async () => {
    const { body } = await submit({ messages: says('Hello') });
    const over = await ended(body.id);
    const asked = await world.post(body.urls.cancel, undefined);
    expect([asked.status, asked.body]).toEqual([200, over]);
    expect(over.status).toBe('succeeded');
  });
});

describe('a deadline', () => {
  it('ends a job at its vendor, releases it, and says so', async () => {
    const { body } = await submit({ messages: says('Hello', held) }, { 'cancel-after': '2s' });
    const over = await ended(body.id);
    expect(over).toMatchObject({ status: 'expired', partial: false, cost_usd: '0', error: { code: 'expired' } });
    expect(over.completed_at - over.created_at).toBeGreaterThanOrEqual(1);
    await world.vendor.release('all');
    expect((await world.get(body.urls.result)).status).toBe(504);
  });
});

describe('a job that fails', () => {
  it('keeps the error for its result', async () => {
    const { body } = await submit({ messages: says('Hello', { behaviour: 'bad-request' }) });
    const over = await ended(body.id);
    expect(over).toMatchObject({ status: 'failed', cost_usd: '0' });
    const result = await world.get(body.urls.result);
    expect(result.status).toBe(400);
    expect(over.error.code).not.toBeNull();
  });

  it('says that it cannot be paid for', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.000001' });
    const options = { ...asJob(), apiKey };
    const { body } = await world.ask({ model: openaiModel, max_tokens: 5_000, messages: says('Hello') }, options);
    const stream = await world.getStream(`/v1/jobs/${body.id}/events`, { apiKey });
    expect((await stream.rest()).at(-1)?.data).toContain('insufficient_funds');
    const over = await world.get(`/v1/jobs/${body.id}`, { apiKey });
    expect(over.body).toMatchObject({ status: 'failed', error: { code: 'insufficient_funds' } });
    expect(codeOf(await world.get(body.urls.result, { apiKey }))).toEqual([402, 'insufficient_funds']);
  });
});

describe('what is not there', () => {
  let stranger: AskOptions;
  beforeAll(async () => {
    stranger = { apiKey: (await createOrganization(world.database, world.gateway)).apiKey };
  });

  it('is unknown alike: of nobody, of another project, and of another organisation', async () => {
    const { body } = await submit({ messages: says('Hello') });
    const other = { apiKey: (await world.createProject()).apiKey };
    for (const options of [other, stranger]) {
      for (const path of ['', '/events', '/result']) {
        expect(codeOf(await world.get(`/v1/jobs/${body.id}${path}`, options))).toEqual([404, 'job_not_found']);
      }
      expect(codeOf(await world.post(body.urls.cancel, undefined, options))).toEqual([404, 'job_not_found']);
      expect((await world.get('/v1/jobs', options)).body.data).toEqual([]);
    }
    for (const id of ['nothing', `req_${'0'.repeat(32)}`]) expect((await job(id)).status).toBe(404);
    await ended(body.id);
    const interactive = await world.ask({ model: openaiModel, messages: says('Hello') });
    expect((await job(interactive.requestId)).status).toBe(404);
  });

  it('is told of a result whose time is over', async () => {
    const { body } = await submit({ messages: says('Hello') });
    await ended(body.id);
    await world.rows(
      `UPDATE requests.requests SET answer_expires_at = now() - interval '1 second' WHERE id = $1 RETURNING id`,
      [body.id],
    );
    expect(codeOf(await world.get(body.urls.result))).toEqual([410, 'job_result_expired']);
    expect((await job(body.id)).body.status).toBe('succeeded');
  });

  it('cannot be asked for where the project has no answer kept', async () => {
    const { apiKey } = await world.createProject({ answer_hold_ms: 0 });
    const asked = await world.ask({ model: openaiModel, messages: says('Hello') }, { ...asJob(), apiKey });
    expect(codeOf(asked)).toEqual([403, 'job_not_kept']);
  });
});

describe('a header', () => {
  it.each([
    [{ prefer: 'respond-async, wait=soon' }, 'Prefer'],
    [{ 'cancel-after': 'tomorrow' }, 'Cancel-After'],
    [{ 'cancel-after': '0s' }, 'Cancel-After'],
    [{ 'cancel-after': '169h' }, 'Cancel-After'],
    [{ 'x-sluice-priority': '1' }, 'x-sluice-priority'],
    [{ 'x-sluice-priority': '6' }, 'x-sluice-priority'],
    [{ 'x-sluice-webhook-url': 'ftp://example.com' }, 'x-sluice-webhook-url'],
    [{ 'x-sluice-webhook-url': 'https://user:pass@example.com' }, 'x-sluice-webhook-url'],
    [{ prefer: 'wait=5', 'cancel-after': '5s' }, 'cancel-after'],
  ])('%j is refused by its name', async (headers, param) => {
    const asked = await submit({ messages: says('Hello') }, headers);
    expect([asked.status, asked.body.error.param]).toEqual([400, param]);
    expect(await world.vendor.log()).toEqual([]);
  });
});

describe('the list', () => {
  it('is filtered and paged, newest first', async () => {
    const { apiKey } = await world.createProject();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const asked = { model: name === 'c' ? 'sandbox/echo' : openaiModel, metadata: { name }, messages: says('Hello') };
      const { body } = await world.ask(asked, { ...asJob(), apiKey });
      ids.push(body.id);
      await (await world.getStream(body.urls.events, { apiKey })).rest();
    }
    const list = async (query: string): Promise<readonly string[]> => {
      const { body } = await world.get(`/v1/jobs${query}`, { apiKey });
      return body.data.map(({ id }: Parsed) => id);
    };
    const [a = '', b = '', c = ''] = ids;
    expect(await list('')).toEqual([c, b, a]);
    expect(await list('?limit=1')).toEqual([c]);
    expect(await list(`?limit=1&after=${c}`)).toEqual([b]);
    expect(await list('?order=asc')).toEqual([a, b, c]);
    expect(await list('?model=sandbox/echo')).toEqual([c]);
    expect(await list('?metadata[name]=b')).toEqual([b]);
    expect(await list('?status=succeeded&kind=chat')).toEqual([c, b, a]);
    expect(await list('?status=running')).toEqual([]);
    expect(await list('?created_after=4000000000')).toEqual([]);
    expect(await list('?created_before=4000000000')).toHaveLength(3);
    expect((await world.get('/v1/jobs?status=done', { apiKey })).body.error.param).toBe('status');
  });
});
