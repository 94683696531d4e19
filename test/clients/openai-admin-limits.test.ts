import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// OpenAI's own Node client, unchanged, at what a project may use and spend.

let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  gateway = await startTestGateway({ env: { SLUICE_LOG_LEVEL: 'error' } });
  const keys = { apiKey: gateway.apiKey, adminAPIKey: gateway.adminKey };
  client = new OpenAI({ baseURL: gateway.baseUrl, ...keys, maxRetries: 0 });
}, 180_000);
afterAll(async () => {
  await gateway?.close();
}, 60_000);

const organization = () => client.admin.organization;
const projects = () => organization().projects;

/** A project and a client that calls models with a key of it. */
async function makeProject(): Promise<{ readonly id: string; readonly caller: OpenAI }> {
  const { id } = await projects().create({ name: 'limited' });
  const { value } = await client.post<{ readonly value: string }>(`/organization/projects/${id}/api_keys`, {
    ...{ body: { name: 'key' }, headers: { authorization: `Bearer ${gateway.adminKey}` } },
  });
  return { id, caller: new OpenAI({ baseURL: gateway.baseUrl, apiKey: value, maxRetries: 0 }) };
}

const told = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error instanceof OpenAI.APIError ? `${error.status} ${error.code} ${error.param}` : error),
  );

const ask = (caller: OpenAI, model: string) =>
  told(
    caller.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello' }], max_completion_tokens: 5 }),
  );

describe("OpenAI's Node client", () => {
  it('allows a project some models, denies it some, and lets it have all again', async () => {
    const { id, caller } = await makeProject();
    const permissions = projects().modelPermissions;
    expect(await permissions.retrieve(id)).toMatchObject({ mode: 'deny_list', model_ids: [] });
    const allowed = await permissions.update(id, { mode: 'allow_list', model_ids: ['echo', 'sandbox/s*'] });
    expect(allowed).toEqual({
      ...{ object: 'project.model_permissions', mode: 'allow_list', model_ids: ['sandbox/echo', 'sandbox/s*'] },
    });
    const within = { timeout: 1_000, interval: 20 };
    await expect.poll(() => ask(caller, 'sandbox/lorem'), within).toBe('404 model_not_found model');
    expect(await ask(caller, 'sandbox/echo')).toBe('answered');
    await permissions.update(id, { mode: 'deny_list', model_ids: ['sandbox/echo'] });
    await expect.poll(() => ask(caller, 'sandbox/echo'), within).toBe('404 model_not_found model');
    expect(await ask(caller, 'sandbox/lorem')).toBe('answered');
    expect(await permissions.retrieve(id)).toMatchObject({ mode: 'deny_list', model_ids: ['sandbox/echo'] });
    expect(await permissions.delete(id)).toEqual({ object: 'project.model_permissions.deleted', deleted: true });
    await expect.poll(() => ask(caller, 'sandbox/echo'), within).toBe('answered');
  });

  it('sets a spend limit for a project, which holds, and lifts it', async () => {
    const { id, caller } = await makeProject();
    const { spendLimit } = projects();
    const monthly = { currency: 'USD', interval: 'month' } as const;
    expect(await told(spendLimit.retrieve(id))).toBe('404 budget_not_found null');
    const set = await spendLimit.update(id, { ...monthly, threshold_amount: 12_345 });
    expect(set).toEqual({
      ...{ object: 'project.spend_limit', threshold_amount: 12_345, ...monthly, enforcement: { status: 'inactive' } },
    });
    expect(await ask(caller, 'sandbox/metered')).toBe('answered');
    const budgets = `/organization/budgets?scope_type=project&scope_id=${id}`;
    const admin = { headers: { authorization: `Bearer ${gateway.adminKey}` } };
    const { data } = await client.get<{ readonly data: readonly { readonly id: string }[] }>(budgets, admin);
    expect(data).toMatchObject([{ amount_usd: '123.45', enforcement: 'hard', window: { kind: 'month' } }]);
    // Nothing is left of it: what the ledger refuses is what is shown.
    const body = { amount_usd: '0' };
    await client.post(`/organization/budgets/${data[0]?.id}`, { ...admin, body });
    expect(await ask(caller, 'sandbox/metered')).toMatch(/^402 /);
    expect(await spendLimit.retrieve(id)).toMatchObject({ threshold_amount: 0, enforcement: { status: 'enforcing' } });
    expect(await spendLimit.update(id, { ...monthly, threshold_amount: 100 })).toMatchObject({ threshold_amount: 100 });
    expect(await ask(caller, 'sandbox/metered')).toBe('answered');
    expect(await spendLimit.delete(id)).toEqual({ object: 'project.spend_limit.deleted', deleted: true });
    expect(await told(spendLimit.delete(id))).toBe('404 budget_not_found null');
  });

  it('does the same for the organisation', async () => {
    const { spendLimit } = organization();
    const set = await spendLimit.update({ currency: 'USD', interval: 'month', threshold_amount: 5_000 });
    expect(set).toMatchObject({ object: 'organization.spend_limit', threshold_amount: 5_000 });
    expect(await spendLimit.retrieve()).toEqual(set);
    expect(await spendLimit.delete()).toEqual({ object: 'organization.spend_limit.deleted', deleted: true });
  });

  it('is told what is wrong, and where', async () => {
    const { id } = await makeProject();
    const limit = (body: object) => projects().spendLimit.update(id, body as never);
    const models = (body: object) => projects().modelPermissions.update(id, body as never);
    const monthly = { currency: 'USD', interval: 'month' };
    expect(await told(limit({ ...monthly, threshold_amount: 0 }))).toBe('400 invalid_request threshold_amount');
    expect(await told(limit({ ...monthly, threshold_amount: 1.5 }))).toBe('400 invalid_request threshold_amount');
    expect(await told(limit({ ...monthly, interval: 'day', threshold_amount: 1 }))).toBe(
      '400 invalid_request interval',
    );
    expect(await told(models({ mode: 'allow_list', model_ids: [] }))).toBe('400 invalid_request model_ids');
    expect(await told(models({ mode: 'allow_list', model_ids: ['sandbox/echo', 'no-such'] }))).toBe(
      '404 model_not_found model_ids[1]',
    );
    const missing = projects().spendLimit.update('proj_none', { ...monthly, threshold_amount: 1 } as never);
    expect(await told(missing)).toBe('404 project_not_found null');
    expect(await told(projects().modelPermissions.retrieve('proj_none'))).toBe('404 project_not_found null');
  });
});
