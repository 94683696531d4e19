import { describe, expect, it } from 'vitest';
import { anthropicModel, openaiModel, type Parsed, says, useWorld } from './world.js';

// What each level of tenancy takes away from a key, and how soon every gateway process knows: before a vendor is asked.

const world = useWorld({ beside: true });
const projects = '/v1/organization/projects';
const withinASecond = { timeout: 1_000, interval: 20 };

const manage = async (path: string, body: object = {}): Promise<Parsed> => {
  const answer = await world.post(path, body, { apiKey: world.gateway.adminKey });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body;
};
const removeKey = async (url: string): Promise<void> => {
  const headers = { authorization: `Bearer ${world.gateway.adminKey}` };
  expect((await fetch(`${world.gateway.origin}${url}`, { method: 'DELETE', headers })).status).toBe(200);
};

interface Tenancy {
  readonly team: Parsed;
  readonly project: Parsed;
  readonly key: Parsed;
}

/** A team, a project in it and a key of that, each restricted as it is asked. */
async function open(restrict: { readonly team?: object; readonly project?: object; readonly key?: object } = {}) {
  const parent = await manage('/v1/organization/teams', { name: 'parent', ...restrict.team });
  const team = await manage('/v1/organization/teams', { name: 'team', parent_id: parent.id });
  const project = await manage(projects, { name: 'project', team_id: team.id, ...restrict.project });
  const key = await manage(`${projects}/${project.id}/api_keys`, { name: 'key', ...restrict.key });
  return { team: parent, project, key } satisfies Tenancy;
}

const ask = (apiKey: string, model: string, body: object = {}) =>
  world.ask({ model, messages: says('Hello'), ...body }, { apiKey });

describe('a key', () => {
  it.each(['team', 'project', 'key'] as const)(
    'reaches no model that its %s denies, nor is told of it',
    async (level) => {
      const { key } = await open({ [level]: { denied_models: ['openai/gpt-4o-mini*'] } });
      const refused = await ask(key.value, openaiModel);
      expect(refused).toMatchObject({ status: 404, body: { error: { code: 'model_not_found', param: 'model' } } });
      const [, nearest = ''] = refused.body.error.message.split('The nearest are: ');
      expect(nearest).not.toBe('');
      expect(nearest).not.toContain('gpt-4o-mini');
      const listed = (await world.get('/v1/models', { apiKey: key.value })).body.data.map(({ id }: Parsed) => id);
      expect(listed).not.toContain(openaiModel);
      expect(listed).toContain(anthropicModel);
      expect((await world.get(`/v1/models/${openaiModel}`, { apiKey: key.value })).status).toBe(404);
      expect(await ask(key.value, anthropicModel)).toMatchObject({ status: 200 });
      const fallback = await ask(key.value, anthropicModel, { models: [anthropicModel, openaiModel] });
      expect(fallback).toMatchObject({ status: 404, body: { error: { code: 'model_not_found' } } });
      expect(await world.vendor.waitForEnded(1)).toMatchObject([{ vendor: 'anthropic' }]);
    },
  );

  it('reaches what every level allows, and nothing more', async () => {
    const { team, key } = await open({
      team: { allowed_models: ['openai/*', 'anthropic/*'] },
      project: { allowed_models: ['openai/*', 'sandbox/*'] },
      key: { denied_models: ['*gpt-4o-mini'] },
    });
    const listed = (await world.get('/v1/models', { apiKey: key.value })).body.data.map(({ id }: Parsed) => id);
    // The auto models stand for what is left.
    expect(new Set(listed.map((id: string) => id.split('/')[0]))).toEqual(new Set(['openai', 'sluice']));
    expect(listed).not.toContain(openaiModel);
    for (const model of [openaiModel, anthropicModel, 'sandbox/echo']) {
      expect(await ask(key.value, model)).toMatchObject({ status: 404 });
    }
    await manage(`/v1/organization/teams/${team.id}`, { allowed_models: null });
    await expect.poll(async () => (await ask(key.value, 'sandbox/echo')).status, withinASecond).toBe(200);
  });

  it('of an organisation that denies a model does not reach it either', async () => {
    const { key } = await open();
    await manage('/v1/organization', { denied_models: ['sandbox/slow'] });
    try {
      await expect.poll(async () => (await ask(key.value, 'sandbox/slow')).status, withinASecond).toBe(404);
      expect((await manage('/v1/organization')).denied_models).toEqual(['sandbox/slow']);
    } finally {
      await manage('/v1/organization', { denied_models: null });
    }
  });

  it.each(['team', 'project', 'key'] as const)('calls no endpoint that its %s does not allow', async (level) => {
    const { key } = await open({ [level]: { allowed_endpoints: ['models', 'embeddings'] } });
    const refused = await ask(key.value, 'sandbox/echo');
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'endpoint_not_allowed' } } });
    expect((await world.get('/v1/models', { apiKey: key.value })).status).toBe(200);
    expect((await world.post('/v1/embeddings', {}, { apiKey: key.value })).status).toBe(400);
    expect((await world.post('/v1/responses', {}, { apiKey: key.value })).status).toBe(403);
  });
});

describe('a second gateway process', () => {
  const statusThere = async (apiKey: string) =>
    (await world.get('/v1/models', { apiKey, gateway: world.other })).body.error?.code ?? 'let in';

  it('refuses a key within a second of its revocation, its rotation and the archiving of its project', async () => {
    const { project, key } = await open();
    const keyUrl = `${projects}/${project.id}/api_keys/${key.id}`;
    const { value: other } = await manage(`${projects}/${project.id}/api_keys`, { name: 'other' });
    for (const apiKey of [key.value, other]) expect(await statusThere(apiKey)).toBe('let in');

    const { id, value: second } = await manage(`${keyUrl}/rotate`, { overlap_seconds: 0 });
    expect(id).toBe(key.id);
    await expect.poll(() => statusThere(key.value), withinASecond).toBe('expired_api_key');
    const { value: third, previous_valid_until: until } = await manage(`${keyUrl}/rotate`);
    expect(until - Date.now() / 1_000).toBeGreaterThan(86_000);
    for (const apiKey of [second, third]) expect(await statusThere(apiKey)).toBe('let in');

    await removeKey(keyUrl);
    for (const apiKey of [second, third]) {
      await expect.poll(() => statusThere(apiKey), withinASecond).toBe('revoked_api_key');
    }
    expect(await statusThere(other)).toBe('let in');
    await manage(`${projects}/${project.id}/archive`);
    await expect.poll(() => statusThere(other), withinASecond).toBe('revoked_api_key');
  });

  it('refuses the keys of a service account within a second of its deletion', async () => {
    const { project } = await open();
    const accounts = `${projects}/${project.id}/service_accounts`;
    const { id, api_key: key } = await manage(accounts, { name: 'ci' });
    expect(await statusThere(key.value)).toBe('let in');
    await removeKey(`${accounts}/${id}`);
    await expect.poll(() => statusThere(key.value), withinASecond).toBe('revoked_api_key');
  });

  it('follows a change of what is allowed within a second', async () => {
    const { project, key } = await open();
    expect(await statusThere(key.value)).toBe('let in');
    await manage(`${projects}/${project.id}/api_keys/${key.id}`, { allowed_endpoints: ['chat'] });
    await expect.poll(() => statusThere(key.value), withinASecond).toBe('endpoint_not_allowed');
  });
});

describe('a test key', () => {
  it('reaches the sandbox only, and moves no money, whatever it costs others', async () => {
    const { project, key } = await open({ key: { mode: 'test' } });
    expect(key.value).toMatch(/^sk-test-/);
    const { data } = (await world.get('/v1/models', { apiKey: key.value })).body;
    expect(new Set(data.map(({ owned_by }: Parsed) => owned_by))).toEqual(new Set(['sandbox']));
    const { value: liveKey } = await manage(`${projects}/${project.id}/api_keys`, { name: 'live' });
    const shown = async (apiKey: string) => (await world.get('/v1/models/sandbox/metered', { apiKey })).body;
    expect(await shown(key.value)).not.toEqual(await shown(liveKey));
    for (const model of [openaiModel, anthropicModel]) {
      expect(await ask(key.value, model)).toMatchObject({ status: 404, body: { error: { code: 'model_not_found' } } });
    }
    expect(await ask(key.value, 'sluice/auto')).toMatchObject({ status: 200, body: { model: 'echo' } });

    const organization = 'organization:org_local';
    const before = await world.account(organization);
    const free = await ask(key.value, 'sandbox/metered');
    expect(free).toMatchObject({ status: 200, body: { usage: { cost: 0 } } });
    expect(await world.ended(free.requestId)).toMatchObject({ state: 'settled', held: 0n, charged: 0n });
    expect(await world.account(organization)).toEqual(before);
    const paid = await ask(liveKey, 'sandbox/metered');
    expect((await world.ended(paid.requestId)).charged).toBeGreaterThan(0n);
    expect((await world.account(organization)).spent).toBeGreaterThan(before.spent);
  });

  it('works in a project whose budget is nothing', async () => {
    const { key } = await open({ project: { budget_usd: '0' }, key: { mode: 'test' } });
    expect(await ask(key.value, 'sandbox/metered')).toMatchObject({ status: 200 });
  });
});

describe('teams', () => {
  it('are refused in a circle, and as each other’s archive', async () => {
    const { team } = await open();
    const admin = { apiKey: world.gateway.adminKey };
    const below = await manage('/v1/organization/teams', { name: 'below', parent_id: team.id });
    const circle = await world.post(`/v1/organization/teams/${team.id}`, { parent_id: below.id }, admin);
    expect(circle).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param: 'parent_id' } } });
    const archived = await world.post(`/v1/organization/teams/${team.id}/archive`, {}, admin);
    expect(archived).toMatchObject({ status: 409, body: { error: { code: 'team_in_use' } } });
    expect((await manage(`/v1/organization/teams/${below.id}/archive`)).status).toBe('archived');
  });
});
