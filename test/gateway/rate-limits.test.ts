import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { openaiModel, says, type Answer, type TestProject, useWorld } from './world.js';

// Rate limits as callers meet them, at two gateways that share nothing but Postgres.

const world = useWorld({ beside: true });

const body = (text = 'Hi', behaviour?: Behaviour) => ({
  model: openaiModel,
  messages: says(text, behaviour),
  max_completion_tokens: 10,
});
const asAdmin = () => ({ apiKey: world.gateway.adminKey });
/** That it takes less than a second is for test/limits: here whole requests run meanwhile. */
const patiently = { timeout: 10_000, interval: 20 };

/** Makes a limit of a project; gives its id. */
async function limit(project: TestProject, fields: object): Promise<string> {
  const scope = { type: 'project', id: project.id };
  const made = await world.post('/v1/organization/limits', { scope, ...fields }, asAdmin());
  expect(made.status).toBe(200);
  return made.body.id;
}

/** Waits until both gateways go by this limit, and so by those that were made before it, which they read together. */
async function known(project: TestProject, name: 'requests' | 'tokens', amount: number): Promise<void> {
  for (const gateway of [world.gateway, world.other]) {
    const shown = async () => {
      const { headers } = await world.ask(body(), { gateway, apiKey: project.apiKey });
      return headers.get(`x-ratelimit-limit-${name}`);
    };
    await expect.poll(shown, patiently).toBe(String(amount));
  }
}

const codeOf = ({ status, body: { error } }: Answer) => [status, error?.type, error?.code];

describe('a limit of requests', () => {
  it('lets exactly as many of a crowd pass as it says, at two gateways together', async () => {
    const project = await world.createProject();
    // A day's limit: none of it comes back while the test runs.
    const id = await limit(project, { unit: 'requests', period: 'day', amount: 1_000 });
    await limit(project, { unit: 'requests', period: 'minute', amount: 100_000 });
    await known(project, 'requests', 100_000);
    await modify(id, 10);
    await reset(id);
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        world.ask(body(), { apiKey: project.apiKey, gateway: index % 2 === 0 ? world.gateway : world.other }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(54);
    expect(codeOf(refused[0]!)).toEqual([429, 'requests', 'rate_limit_exceeded']);
    expect(refused[0]!.headers.get('x-should-retry')).toBe('true');
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(8_000);
    expect(refused[0]!.body.error.message).toContain(
      `project ${project.id} on all models: 10 requests per day, 0 left`,
    );
  });

  it('is told in headers, of plain answers, streams and refusals', async () => {
    const project = await world.createProject();
    await limit(project, { unit: 'requests', period: 'minute', amount: 50_000 });
    await limit(project, { unit: 'tokens', period: 'minute', amount: 100_000 });
    await known(project, 'requests', 50_000);
    await known(project, 'tokens', 100_000);
    const plain = await world.ask(body(), { apiKey: project.apiKey });
    const stream = await world.stream(body(), { apiKey: project.apiKey, gateway: world.other });
    await stream.rest();
    await limit(project, { unit: 'tokens', period: 'day', model: 'openai/*', amount: 1 });
    let refused = plain;
    const isRefused = async () => (refused = await world.ask(body(), { apiKey: project.apiKey })).status;
    await expect.poll(isRefused, patiently).toBe(429);
    for (const { headers } of [plain, stream, refused]) {
      expect(headers.get('x-ratelimit-limit-requests')).toBe('50000');
      expect(Number(headers.get('x-ratelimit-remaining-requests'))).toBeGreaterThan(49_000);
      expect(headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+(ms|(\.\d+)?s)$/);
      expect(headers.get('x-ratelimit-limit-tokens')).toBe('100000');
      expect(Number(headers.get('x-ratelimit-remaining-tokens'))).toBeGreaterThan(99_000);
    }
    expect(codeOf(refused)).toEqual([429, 'tokens', 'request_exceeds_rate_limit']);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(refused.headers.get('retry-after')).toBeNull();
  });

  it('is waited for by OpenAI’s client, as long as retry-after says', async () => {
    const project = await world.createProject();
    const id = await limit(project, { unit: 'requests', period: 'minute', amount: 60 });
    await known(project, 'requests', 60);
    await world.rows('UPDATE limits.buckets SET used = 60000000, at = clock_timestamp() WHERE rule_id = $1', [id]);
    const statuses: number[] = [];
    const client = new OpenAI({
      ...{ apiKey: project.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 1 },
      fetch: async (...request) => {
        const response = await fetch(...request);
        statuses.push(response.status);
        return response;
      },
    });
    const answer = await client.chat.completions.create({ ...body(), messages: [{ role: 'user', content: 'Hi' }] });
    expect(answer.choices[0]!.message.content).not.toBe('');
    expect(statuses).toEqual([429, 200]);
  });
});

describe('a limit of concurrency', () => {
  it('holds until a request has ended, at either gateway', async () => {
    const project = await world.createProject();
    await limit(project, { unit: 'concurrent_requests', amount: 1 });
    await limit(project, { unit: 'requests', period: 'minute', amount: 100_000 });
    await known(project, 'requests', 100_000);
    await world.settled();
    const ask = (text: string, gateway = world.gateway, behaviour?: Behaviour) =>
      world.ask(body(text, behaviour), { apiKey: project.apiKey, gateway });
    const running = ask('Long', world.gateway, { behaviour: 'hold', afterEvents: 0 });
    await world.vendor.waitForHeld(1);
    const refused = await ask('Short', world.other);
    expect(codeOf(refused)).toEqual([429, 'requests', 'rate_limit_exceeded']);
    expect(refused.headers.get('retry-after')).toBe('1');
    await world.vendor.release('all');
    await world.ended((await running).requestId);
    expect((await ask('Next', world.other)).status).toBe(200);
  });
});

describe('a repeat by its Idempotency-Key', () => {
  it('takes nothing, and what was limited frees its key', async () => {
    const project = await world.createProject();
    const id = await limit(project, { unit: 'requests', period: 'day', amount: 1_000 });
    await limit(project, { unit: 'requests', period: 'minute', amount: 100_000 });
    await known(project, 'requests', 100_000);
    await modify(id, 1);
    await reset(id);
    const keyed = (key: string) =>
      world.ask(body(), { apiKey: project.apiKey, headers: { 'idempotency-key': `${project.id}-${key}` } });
    const first = await keyed('a');
    expect(first.status).toBe(200);
    const repeat = await keyed('a');
    expect([repeat.status, repeat.requestId]).toEqual([200, first.requestId]);
    const limited = await keyed('b');
    expect(codeOf(limited)).toEqual([429, 'requests', 'rate_limit_exceeded']);
    expect(await world.rows('SELECT 1 FROM requests.requests WHERE id = $1', [limited.requestId])).toEqual([]);
    await modify(id, 2);
    expect((await keyed('b')).status).toBe(200);
    expect(Math.ceil(await used(id))).toBe(2);
  });
});

async function used(limitId: string): Promise<number> {
  const [row] = await world.rows<{ used: bigint }>('SELECT used FROM limits.buckets WHERE rule_id = $1', [limitId]);
  return Number(row?.used ?? 0n) / 1e6;
}

async function modify(limitId: string, amount: number): Promise<void> {
  expect((await world.post(`/v1/organization/limits/${limitId}`, { amount }, asAdmin())).body.amount).toBe(amount);
}

async function reset(limitId: string): Promise<void> {
  await world.rows('UPDATE limits.buckets SET used = 0 WHERE rule_id = $1', [limitId]);
}
