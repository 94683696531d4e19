import { describe, expect, it } from 'vitest';
import { anthropicModel, chunksOf, openaiModel, type Parsed, says, type TestProject, useWorld } from './world.js';

// How requests are routed, from the caller's wishes and the policies to the vendor that is asked. One model, three vendors:
// Groq and Together at the same price, and Cerebras, which is dearer.

const world = useWorld({ compatible: ['groq', 'cerebras', 'together'] });
const MODEL = 'openai/gpt-oss-120b';
const POLICIES = '/v1/organization/routing_policies';

const asAdmin = () => ({ apiKey: world.gateway.adminKey });
const post = (path: string, body: unknown) => world.post(path, body, asAdmin());
const ask = (fields: object, project?: TestProject) =>
  world.ask(
    { model: MODEL, max_tokens: 100, messages: says('Hello'), ...fields },
    project ? { apiKey: project.apiKey } : {},
  );
const vendorOf = async (fields: object, project?: TestProject) => {
  const { status, headers, body } = await ask(fields, project);
  return status === 200 ? headers.get('x-sluice-vendor') : [status, body.error.code, body.error.param];
};

describe('a caller', () => {
  it.each<readonly [string, object, unknown]>([
    ['only', { only: ['cerebras'] }, 'cerebras'],
    ['order', { order: ['together', 'groq'] }, 'together'],
    ['ignore and sort', { ignore: ['together'], sort: 'price' }, 'groq'],
    ['a maximum price', { max_price: { prompt: '0.2' }, order: ['cerebras', 'together'] }, 'together'],
    ['a price that nothing meets', { max_price: { prompt: 0.01 } }, [404, 'no_route', 'provider.max_price']],
    ['zero retention, which nobody here has promised', { zdr: true }, [404, 'no_route', 'provider.data_collection']],
    ['an unknown vendor', { only: ['grok'] }, [400, 'invalid_request', 'provider.only[0]']],
    ['a contradiction', { only: ['groq'], ignore: ['groq'] }, [400, 'invalid_request', 'provider.only']],
    ['an unknown field', { onyl: ['groq'] }, [400, 'unknown_parameter', 'provider.onyl']],
    ['a wrong type', { sort: 'cheapest' }, [400, 'invalid_value', 'provider.sort']],
  ])('asks for %s', async (_, provider, expected) => {
    expect(await vendorOf({ provider })).toEqual(expected);
  });

  it('is understood in each dialect, and its wishes go to no vendor', async () => {
    await world.vendor.reset();
    const provider = { only: ['cerebras'] };
    const input = { model: MODEL, provider, include_route: true };
    const response = await world.post('/v1/responses', { ...input, input: 'Hello', max_output_tokens: 50 });
    const message = await world.post('/v1/messages', { ...input, max_tokens: 50, messages: says('Hello') });
    for (const answer of [response, message]) {
      expect(answer.status).toBe(200);
      expect(answer.body.route.candidates[0].model).toBe('cerebras/gpt-oss-120b');
    }
    for (const { body } of await world.vendor.waitForEnded(2)) {
      expect(body).not.toHaveProperty('provider');
      expect(body).not.toHaveProperty('include_route');
    }
  });

  it('may ask by a suffix or a header as well', async () => {
    expect(await vendorOf({ model: `${MODEL}:floor`, provider: { ignore: ['groq'] } })).toBe('together');
    const headers = { 'x-sluice-provider': JSON.stringify({ only: ['cerebras'] }) };
    const answer = await world.ask({ model: MODEL, max_tokens: 50, messages: says('Hello') }, { headers });
    expect(answer.headers.get('x-sluice-vendor')).toBe('cerebras');
    const both = await world.ask({ model: MODEL, messages: says('Hello'), provider: {} }, { headers });
    expect([both.status, both.body.error.param]).toEqual([400, 'provider']);
    const broken = await world.ask(
      { model: MODEL, messages: says('Hello') },
      { headers: { 'x-sluice-provider': '{"only":' } },
    );
    expect([broken.status, broken.body.error.param]).toEqual([400, 'x-sluice-provider']);
  });

  it('is told of the route, plain and as a stream, and by the request’s record', async () => {
    const provider = { order: ['cerebras'], ignore: ['together'] };
    const plain = await ask({ provider, include_route: true });
    expect(plain.body.route).toMatchObject({
      considered: 3,
      candidates: [
        { model: 'cerebras/gpt-oss-120b', reason: 'listed_order', behind: null },
        { model: 'groq/openai/gpt-oss-120b' },
      ],
      left_out: [{ model: 'together/openai/gpt-oss-120b', reason: 'vendor_ignored', clause: 'provider.ignore' }],
      left_out_by: { 'provider.ignore': 1 },
    });
    const inShort = {
      candidates: ['cerebras/gpt-oss-120b', 'groq/openai/gpt-oss-120b'],
      considered: 3,
      left_out: { 'provider.ignore': 1 },
    };
    expect(JSON.parse(plain.headers.get('x-sluice-route') ?? '')).toEqual(inShort);
    const record = await world.get(`/v1/requests/${plain.requestId}`);
    expect(record.body.route).toEqual(plain.body.route);

    const body = { model: MODEL, max_tokens: 50, messages: says('Hello'), provider };
    const stream = await world.stream(body, { headers: { 'x-sluice-route': 'include' } });
    await stream.rest();
    expect(JSON.parse(stream.headers.get('x-sluice-route') ?? '')).toEqual(inShort);
    const unasked = await ask({});
    expect([unasked.headers.get('x-sluice-route'), unasked.body.route]).toEqual([null, undefined]);
    const wrong = await world.ask(body, { headers: { 'x-sluice-route': 'yes' } });
    expect([wrong.status, wrong.body.error.param]).toEqual([400, 'x-sluice-route']);
  });

  const asked = { messages: says('Hello'), max_tokens: 50 };
  const chatEnd = (chunk: Parsed) => typeof chunk.choices[0]?.finish_reason === 'string';

  it.each<readonly [string, object, (event: Parsed) => boolean]>([
    ['/v1/chat/completions', asked, chatEnd],
    ['/v1/chat/completions', { ...asked, stream_options: { include_usage: true } }, chatEnd],
    ['/v1/completions', { prompt: 'Hello', max_tokens: 50 }, chatEnd],
    ['/v1/responses', { input: 'Hello', max_output_tokens: 50 }, ({ type }) => type === 'response.completed'],
    ['/v1/messages', asked, ({ type }) => type === 'message_delta'],
  ])('reads the route in one of the last events of a stream of %s', async (path, fields, isTold) => {
    // The first vendor's own events go through in two dialects, the second's in the third.
    for (const model of [openaiModel, anthropicModel]) {
      const stream = await world.postStream(path, { model, ...fields, stream: true, include_route: true });
      const events = chunksOf(await stream.rest());
      const routes = events.map((event) => event.route ?? event.response?.route);
      expect(routes.map((route) => route !== undefined)).toEqual(events.map(isTold));
      const { body } = await world.get(`/v1/requests/${stream.requestId}`);
      expect(routes.filter((route) => route !== undefined)).toEqual([body.route]);
      expect(body.route.candidates[0].model).toBe(model);
    }
  });

  it('falls back to another vendor of the model, unless it forbids it', async () => {
    const order = ['groq', 'cerebras'];
    const overloaded = (text: string) => says(text, [{ behaviour: 'overloaded' }]);
    expect(await vendorOf({ provider: { order }, messages: overloaded('One') })).toBe('cerebras');
    const provider = { order: ['groq'], allow_fallbacks: false };
    expect(await vendorOf({ provider, messages: overloaded('Two') })).toBe('groq');
    const steps = { order, fallback: ['model'] };
    expect(await vendorOf({ provider: steps, messages: overloaded('Three') })).toBe('groq');
  });

  it('limits the time of the whole request', async () => {
    // The first that is asked stalls until its time is over, and with it everybody's.
    const messages = says('Hello', [{ behaviour: 'stall' }]);
    const { requestId, status, body } = await ask({ provider: { total_ms: 400, order: ['groq'] }, messages });
    expect([status, body.error.code]).toEqual([504, 'vendor_timeout']);
    const attempts = await world.rows('SELECT failure_class FROM requests.attempts WHERE request_id = $1', [requestId]);
    expect(attempts).toEqual([{ failure_class: 'timeout_total' }]);
    const [row] = await world.rows<{ duration_ms: number }>(
      'SELECT duration_ms FROM requests.attempts WHERE request_id = $1',
      [requestId],
    );
    expect(row?.duration_ms).toBeLessThan(5_000);
  });
});

describe('a model that several vendors offer', () => {
  it('is shared among them by their prices, each request always with its own', async () => {
    const counts: { [vendor: string]: number } = {};
    for (const answer of await Promise.all(Array.from({ length: 40 }, () => ask({ max_tokens: 10 })))) {
      const vendor = answer.headers.get('x-sluice-vendor') ?? '';
      counts[vendor] = (counts[vendor] ?? 0) + 1;
    }
    // Two at one price: that one of them gets nothing of 40 would happen once in 10^9 runs.
    expect(counts['groq']).toBeGreaterThan(0);
    expect(counts['together']).toBeGreaterThan(0);
  });
});

describe('a policy', () => {
  const activate = (id: string, version: number | null, at = POLICIES) => post(`${at}/${id}/activate`, { version });

  it('counts within a second, can be taken back, and is not loosened by a caller or a project', async () => {
    const project = await world.createProject();
    const projectPolicies = `/v1/organization/projects/${project.id}/routing_policies`;
    const made = await post(POLICIES, { name: 'no groq', definition: { rules: { ignore: ['groq'] } } });
    expect(made.status).toBe(200);
    const inProject = await post(projectPolicies, {
      name: 'cerebras first',
      definition: { rules: { order: ['cerebras', 'groq'] } },
    });
    const blocked = { provider: { only: ['groq'] } };
    expect(await vendorOf(blocked, project)).toBe('groq');
    expect((await activate(made.body.id, 1)).body).toMatchObject({ active_version: 1 });
    expect((await activate(inProject.body.id, 1, projectPolicies)).status).toBe(200);
    await expect.poll(() => vendorOf(blocked, project), { timeout: 5_000 }).toEqual([404, 'no_route', 'provider.only']);
    await expect.poll(() => vendorOf({}, project), { timeout: 5_000 }).toBe('cerebras');

    const answer = await ask({ include_route: true }, project);
    expect(answer.body.route).toMatchObject({
      policies: [`${made.body.id} v1`, `${inProject.body.id} v1`],
      left_out_by: { [`${made.body.id} v1: ignore`]: 1 },
    });
    expect((await activate(inProject.body.id, null, projectPolicies)).body).toMatchObject({ active_version: null });
    const gone = await world.delete(`${POLICIES}/${made.body.id}`, asAdmin());
    expect(gone.body).toMatchObject({ deleted: true });
    await expect.poll(() => vendorOf(blocked, project), { timeout: 5_000 }).toBe('groq');
  });

  it('has versions that stay, of which another can be put in force', async () => {
    const first = { rules: { only: ['cerebras'], max_price: { prompt: '3' }, preferred_max_latency: 2 } };
    const { body } = await post(POLICIES, { name: 'versions', definition: first });
    const second = await post(`${POLICIES}/${body.id}/versions`, { definition: { rules: { only: ['together'] } } });
    expect(second.body).toMatchObject({ policy_id: body.id, version: 2 });
    const { body: listed } = await world.get(`${POLICIES}/${body.id}/versions`, asAdmin());
    expect(listed.data.map(({ version }: { readonly version: number }) => version)).toEqual([2, 1]);
    expect(listed.data[1].definition.rules).toEqual({ ...first.rules, preferred_max_latency: { p50: 2 } });
    const none = await activate(body.id, 3);
    expect([none.status, none.body.error.param]).toEqual([400, 'version']);
    await expect(world.rows('UPDATE routing.policy_versions SET version = 9')).rejects.toThrow('stay as they are');
    const audited = await world.rows<{ readonly type: string }>(
      'SELECT type FROM audit.entries WHERE object_id = $1 ORDER BY sequence',
      [body.id],
    );
    expect(audited.map(({ type }) => type)).toEqual(['routing_policy.created', 'routing_policy.version.created']);
    await world.delete(`${POLICIES}/${body.id}`, asAdmin());
  });

  it('gives names to models, and splits requests among arms whose usage is told apart', async () => {
    const project = await world.createProject();
    const path = `/v1/organization/projects/${project.id}/routing_policies`;
    const definition = {
      models: { 'our/assistant': [openaiModel] },
      split: {
        for: ['our/assistant'],
        arms: [
          { name: 'a', weight: 1 },
          { name: 'b', weight: 1, models: [anthropicModel] },
        ],
      },
    };
    const { body } = await post(path, { name: 'an experiment', definition });
    await activate(body.id, 1, path);
    const use = (label: string) => ask({ model: 'our/assistant', max_tokens: 10, metadata: { label } }, project);
    await expect.poll(async () => (await use('before')).status, { timeout: 5_000 }).toBe(200);
    const answers = await Promise.all(Array.from({ length: 24 }, () => use('counted')));
    await world.settled();
    const from = Math.floor(Date.now() / 1_000) - 3_600;
    const query = `start_time=${from}&bucket_width=1d&project_ids[]=${project.id}&group_by[]=tag:sluice_routing_arm&group_by[]=tag:label`;
    const { body: page } = await world.get(`/v1/organization/usage/completions?${query}`, asAdmin());
    const results: Parsed[] = page.data.flatMap((bucket: { readonly results: readonly Parsed[] }) => bucket.results);
    const countOf = (arm: string): number =>
      results
        .filter(({ tags }) => tags.label === 'counted' && tags.sluice_routing_arm === `${body.id}/${arm}`)
        .reduce((sum, { num_model_requests: count }) => sum + Number(count), 0);
    const ofAnthropic = answers.filter(({ headers }) => headers.get('x-sluice-vendor') === 'anthropic').length;
    expect([countOf('a'), countOf('b')]).toEqual([24 - ofAnthropic, ofAnthropic]);
    // That one arm gets none of 24 would happen once in 10^7 runs.
    expect(Math.min(24 - ofAnthropic, ofAnthropic)).toBeGreaterThan(0);
  });

  it.each<readonly [string, object, readonly unknown[]]>([
    ['an unknown vendor', { rules: { only: ['grok'] } }, [400, 'definition.rules.only[0]']],
    ['an unknown model', { models: { x: ['nobody/nothing'] } }, [404, 'definition.models.x[0]']],
    ['arms without weight', { split: { arms: [{ name: 'a', weight: 0 }] } }, [400, 'definition.split.arms']],
    ['nothing that is known', { rule: {} }, [400, 'definition.rule']],
  ])('is refused with %s', async (_, definition, expected) => {
    const { status, body } = await post(POLICIES, { name: 'wrong', definition });
    expect([status, body.error.param]).toEqual(expected);
  });

  it('is not found in another scope', async () => {
    const project = await world.createProject();
    const { body } = await post(POLICIES, { name: 'ours', definition: {} });
    const elsewhere = `/v1/organization/projects/${project.id}/routing_policies/${body.id}`;
    const { status, body: answer } = await world.get(elsewhere, asAdmin());
    expect([status, answer.error.code]).toEqual([404, 'routing_policy_not_found']);
    const listed = await world.get(POLICIES, asAdmin());
    expect(listed.body.data.map(({ id }: { readonly id: string }) => id)).toContain(body.id);
    await world.delete(`${POLICIES}/${body.id}`, asAdmin());
  });
});

describe('a dry run', () => {
  it('plans by a draft, sends nothing, and says why each offer stays or goes', async () => {
    await world.vendor.reset();
    const definition = { rules: { ignore: ['groq'], sort: 'price' } };
    const { status, body } = await post(`${POLICIES}/dry_run`, { request: { models: [MODEL] }, definition });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'planned',
      error: null,
      route: {
        candidates: [{ model: 'together/openai/gpt-oss-120b' }, { model: 'cerebras/gpt-oss-120b' }],
        left_out: [{ model: 'groq/openai/gpt-oss-120b', clause: 'draft v0: ignore' }],
      },
    });
    expect(body.held_usd).toBe(
      body.route.candidates
        .map((one: Parsed) => one.most_usd)
        .toSorted()
        .at(-1),
    );
    const refused = await post(`${POLICIES}/dry_run`, {
      request: { models: [MODEL], provider: { only: ['groq'] } },
      definition,
    });
    expect(refused.body).toMatchObject({ status: 'refused', error: { code: 'no_route' }, held_usd: null });
  });
});
