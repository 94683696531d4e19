import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import {
  anthropicModel,
  type Answer,
  openaiModel,
  type Parsed,
  says,
  type TestProject,
  useWorld,
} from '../gateway/world.js';

// How many jobs are at vendors at once, and which of those that wait goes next, over two gateways.

const world = useWorld({ beside: true, env: { SLUICE_JOBS_PER_ORGANIZATION: '2' } });
const held: Behaviour = { behaviour: 'hold', afterBytes: 'headers' };

let project: TestProject;
beforeAll(async () => {
  project = await world.createProject();
});

interface Wish {
  readonly model?: string;
  readonly behaviour?: Behaviour;
  readonly priority?: number;
  readonly text?: string;
}

async function submit({ model = openaiModel, behaviour, priority, text = 'Hello' }: Wish = {}): Promise<string> {
  const headers = { prefer: 'respond-async', ...(priority !== undefined && { 'x-sluice-priority': `${priority}` }) };
  const body = { model, max_tokens: 50, messages: says(text, behaviour) };
  const { body: job } = await world.ask(body, { headers, apiKey: project.apiKey });
  return job.id;
}
const job = (id: string): Promise<Answer> =>
  world.get(`/v1/jobs/${id}`, { apiKey: project.apiKey, gateway: world.other });
const stands = (id: string, step: string) =>
  until(`${id} to be ${step}`, async () => {
    const now = (await job(id)).body.progress.step;
    return now === step ? true : { pending: now };
  });
const ended = async (id: string): Promise<Parsed> => {
  const stream = await world.getStream(`/v1/jobs/${id}/events`, { apiKey: project.apiKey });
  await stream.rest();
  return (await job(id)).body;
};

describe('the limit of an organisation', () => {
  it('lets so many of its jobs run, and has the others wait, whatever their vendor', async () => {
    const running = [await submit({ behaviour: held }), await submit({ behaviour: held })];
    await world.vendor.waitForHeld(2);
    const third = await submit({ model: anthropicModel });
    await stands(third, 'waiting_for_capacity');
    expect((await job(third)).body).toMatchObject({ status: 'queued', started_at: null });
    expect(await world.vendor.log()).toHaveLength(2);
    await world.vendor.release('all');
    for (const id of [...running, third]) expect((await ended(id)).status).toBe('succeeded');
    expect(await world.rows('SELECT * FROM jobs.slots')).toEqual([]);
  });

  it('is no reason to wait for one that is cancelled, or whose deadline passes', async () => {
    const running = [await submit({ behaviour: held }), await submit({ behaviour: held })];
    await world.vendor.waitForHeld(2);
    const waiting = await submit();
    await stands(waiting, 'waiting_for_capacity');
    await world.post(`/v1/jobs/${waiting}/cancel`, undefined, { apiKey: project.apiKey });
    expect(await ended(waiting)).toMatchObject({ status: 'canceled', started_at: null, cost_usd: '0' });
    const headers = { prefer: 'respond-async', 'cancel-after': '2s' };
    const asked = { model: openaiModel, max_tokens: 50, messages: says('Hello') };
    const late = (await world.ask(asked, { headers, apiKey: project.apiKey })).body.id;
    expect(await ended(late)).toMatchObject({ status: 'expired', started_at: null, cost_usd: '0' });
    await world.vendor.release('all');
    for (const id of running) expect((await ended(id)).status).toBe('succeeded');
    expect(await world.vendor.log()).toHaveLength(2);
  });
});

describe('a rule of the operator', () => {
  it('limits a vendor, and lets the better priority of those that wait go first', async () => {
    const admin = { apiKey: world.gateway.adminKey };
    const path = '/v1/operator/job_rules';
    const set = (rule: object): Promise<Answer> => world.post(path, rule, admin);
    const rule = { scope: 'vendor:openai', max_running: 1, best_priority: null };
    expect((await set(rule)).body).toEqual({ object: 'job_rule', id: rule.scope, ...rule });
    const best = { scope: `project:${project.id}`, best_priority: 1 };
    expect((await set(best)).body).toMatchObject(best);
    expect((await world.get(path, admin)).body.data).toMatchObject([rule, best]);
    for (const scope of ['vendor:opnai', 'project:nobody', 'organization:nobody']) {
      const refused = await set({
        scope,
        ...(scope.startsWith('project') ? { best_priority: 2 } : { max_running: 2 }),
      });
      expect([refused.status, refused.body.error.code]).toEqual([404, 'scope_not_found']);
    }
    expect((await set({ ...best, max_running: 3 })).body.error.param).toBe('max_running');
    expect((await set({ ...rule, best_priority: 3 })).body.error.param).toBe('best_priority');
    const running = await submit({ behaviour: held, text: 'one' });
    await world.vendor.waitForHeld(1);
    const low = await submit({ priority: 5, text: 'two' });
    await stands(low, 'waiting_for_capacity');
    const high = await submit({ priority: 1, text: 'three' });
    await stands(high, 'waiting_for_capacity');
    await world.vendor.release('all');
    for (const id of [running, low, high]) expect((await ended(id)).status).toBe('succeeded');
    const sent = (await world.vendor.log()).map(({ body }) => JSON.stringify(body));
    expect(['one', 'three', 'two'].map((text, n) => sent[n]?.includes(text))).toEqual([true, true, true]);
    for (const { scope } of [rule, best]) expect((await set({ scope })).status).toBe(200);
    expect((await world.get(path, admin)).body.data).toEqual([]);
  });
});
