import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type TestProject, useWorld } from '../gateway/world.js';

// The management of limits, by HTTP and by OpenAI's client, with its trace in the audit log.

const world = useWorld();
const LIMITS = '/v1/organization/limits';

let project: TestProject;
beforeAll(async () => {
  project = await world.createProject();
  await world.rows(`INSERT INTO tenancy.organizations (id, name) VALUES ('org_other', 'Other')`);
  await world.rows(
    `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ('proj_other', 'org_other', 'Other')`,
  );
  await world.rows(
    `INSERT INTO limits.rules (id, organization_id, scope_type, scope_id, unit, period, amount)
     VALUES ('limit_other', 'org_other', 'project', 'proj_other', 'requests', 'minute', 1)`,
  );
});

const asAdmin = () => ({ apiKey: world.gateway.adminKey });
const get = (path: string) => world.get(path, asAdmin());
const post = (path: string, body: unknown) => world.post(path, body, asAdmin());
const remove = async (path: string) => {
  const headers = { authorization: `Bearer ${world.gateway.adminKey}` };
  const response = await fetch(`${world.gateway.origin}${path}`, { method: 'DELETE', headers });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};
const errorOf = ({ status, body: { error } }: Pick<Answer, 'status' | 'body'>) => [status, error?.code, error?.param];
const inProject = () => ({ type: 'project', id: project.id });
const audited = (objectId: string) =>
  world.rows('SELECT type, before, after FROM audit.entries WHERE object_id = $1 ORDER BY sequence', [objectId]);

describe('a limit', () => {
  it('is made, read, listed, changed and deleted, and each change is audited', async () => {
    const fields = { scope: inProject(), model: 'openai/*', unit: 'tokens', period: 'minute', amount: 5_000 };
    const made = await post(LIMITS, fields);
    expect(made.status).toBe(200);
    const { id } = made.body;
    expect(made.body).toEqual({ id, object: 'organization.limit', ...fields, created_at: expect.any(Number) });
    expect((await get(`${LIMITS}/${id}`)).body).toEqual(made.body);
    expect(errorOf(await post(LIMITS, { ...fields, amount: 7 }))).toEqual([409, 'limit_exists', null]);
    expect((await post(`${LIMITS}/${id}`, { amount: 6_000 })).body).toEqual({ ...made.body, amount: 6_000 });
    expect((await remove(`${LIMITS}/${id}`)).body).toEqual({ object: 'organization.limit.deleted', id, deleted: true });
    for (const gone of [get(`${LIMITS}/${id}`), post(`${LIMITS}/${id}`, { amount: 1 }), remove(`${LIMITS}/${id}`)]) {
      expect(errorOf(await gone)).toEqual([404, 'limit_not_found', null]);
    }
    expect(await audited(id)).toMatchObject([
      { type: 'limit.created', before: null, after: { amount: 5_000, unit: 'tokens', model: 'openai/*' } },
      { type: 'rate_limit.updated', before: { amount: 5_000 }, after: { amount: 6_000 } },
      { type: 'rate_limit.deleted', before: { amount: 6_000 }, after: null },
    ]);
    const again = await post(LIMITS, fields);
    expect(again.status).toBe(200);
    await remove(`${LIMITS}/${again.body.id}`);
  });

  it('is found by its scope, model and unit, page by page', async () => {
    const other = await world.createProject();
    const scope = { type: 'project', id: other.id };
    const ids: string[] = [];
    for (const model of ['openai/*', 'anthropic/*', null]) {
      ids.push((await post(LIMITS, { scope, model, unit: 'requests', period: 'day', amount: 9 })).body.id);
    }
    ids.push((await post(LIMITS, { scope, unit: 'concurrent_requests', amount: 3 })).body.id);
    const find = async (query: string) => {
      const { body } = await get(`${LIMITS}?scope_id=${other.id}&${query}`);
      return [body.data.map(({ id }: { readonly id: string }) => id), body.has_more];
    };
    expect(await find('limit=3')).toEqual([ids.slice(0, 3), true]);
    expect(await find(`after=${ids[2]}`)).toEqual([[ids[3]], false]);
    expect(await find('unit=requests&model=openai/*')).toEqual([[ids[0]], false]);
    expect(await find('scope_type=key')).toEqual([[], false]);
    expect(errorOf(await get(`${LIMITS}?after=limit_other`))).toEqual([400, 'invalid_request', 'after']);
  });

  it.each([
    ['nothing', {}, 'scope'],
    ['an amount of zero', { amount: 0 }, 'amount'],
    ['a negative amount', { amount: -1 }, 'amount'],
    ['a fraction', { amount: 1.5 }, 'amount'],
    ['an enormous amount', { amount: 1e13 }, 'amount'],
    ['an amount beyond integers', { amount: 1e300 }, 'amount'],
    ['an amount as text', { amount: '5' }, 'amount'],
    ['an unknown unit', { unit: 'dollars' }, 'unit'],
    ['an unknown period', { period: 'fortnight' }, 'period'],
    ['no period', { period: undefined }, 'period'],
    ['a period of concurrency', { unit: 'concurrent_requests' }, 'period'],
    ['an unknown scope', { scope: { type: 'team', id: 'x' } }, 'scope.type'],
    ['a model that is none', { model: 'a b' }, 'model'],
    ['an unknown field', { burst: 3 }, 'burst'],
  ])('is refused with %s', async (name, changes, param) => {
    const valid = { scope: inProject(), unit: 'requests', period: 'minute', amount: 5 };
    const answer = await post(LIMITS, name === 'nothing' ? {} : { ...valid, ...changes });
    expect(errorOf(answer)).toEqual([400, 'invalid_request', param]);
  });

  it('of another organisation is as unknown as one of none', async () => {
    const make = async (scope: object) =>
      errorOf(await post(LIMITS, { scope, unit: 'requests', period: 'minute', amount: 1 }));
    for (const id of ['proj_other', 'proj_none']) {
      expect(await make({ type: 'project', id })).toEqual([404, 'project_not_found', 'scope.id']);
      expect(errorOf(await get(`/v1/organization/projects/${id}/rate_limits`))).toEqual([
        404,
        'project_not_found',
        null,
      ]);
    }
    expect(await make({ type: 'key', id: 'key_none' })).toEqual([404, 'key_not_found', 'scope.id']);
    // An admin key calls no model.
    expect(await make({ type: 'key', id: 'key_local_admin' })).toEqual([404, 'key_not_found', 'scope.id']);
    expect(await make({ type: 'organization', id: 'org_other' })).toEqual([404, 'not_found', 'scope.id']);
    for (const answer of [
      get(`${LIMITS}/limit_other`),
      post(`${LIMITS}/limit_other`, { amount: 1 }),
      remove(`${LIMITS}/limit_other`),
    ]) {
      expect(errorOf(await answer)).toEqual([404, 'limit_not_found', null]);
    }
  });
});

describe("OpenAI's rate limits of a project", () => {
  const client = () =>
    new OpenAI({
      adminAPIKey: world.gateway.adminKey,
      apiKey: 'unused',
      baseURL: world.gateway.baseUrl,
      maxRetries: 0,
    });

  it('are one object for a model, set field by field', async () => {
    const { id: projectId } = await world.createProject();
    const scope = { type: 'project', id: projectId };
    await post(LIMITS, { scope, model: 'openai/gpt-4o-mini', unit: 'requests', period: 'minute', amount: 10 });
    await post(LIMITS, { scope, unit: 'requests', period: 'day', amount: 99 });
    await post(LIMITS, { scope, unit: 'concurrent_requests', amount: 4 });
    const { rateLimits } = client().admin.organization.projects;
    const listed = await rateLimits.listRateLimits(projectId, { limit: 1 });
    const all: OpenAI.Admin.Organization.Projects.RateLimits.ProjectRateLimit[] = [];
    for await (const one of listed) all.push(one);
    expect(all).toMatchObject([
      { object: 'project.rate_limit', model: 'openai/gpt-4o-mini', max_requests_per_1_minute: 10 },
      { object: 'project.rate_limit', model: '*', max_requests_per_1_minute: null, max_requests_per_1_day: 99 },
    ]);
    const { id } = all[0]!;
    const update = { project_id: projectId, max_tokens_per_1_minute: 5_000, max_requests_per_1_minute: 20 };
    const updated = await rateLimits.updateRateLimit(id, update);
    expect(updated).toMatchObject({ id, max_requests_per_1_minute: 20, max_tokens_per_1_minute: 5_000 });
    const path = `/v1/organization/projects/${projectId}/rate_limits/${id}`;
    expect((await post(path, { max_requests_per_1_minute: null })).body).toMatchObject({
      ...{ id, max_requests_per_1_minute: null, max_tokens_per_1_minute: 5_000 },
    });
    expect(await audited(id)).toMatchObject([
      {
        type: 'rate_limit.updated',
        before: { limits: [{ amount: 10 }] },
        after: { limits: [{ amount: 20 }, { amount: 5_000 }] },
      },
      { type: 'rate_limit.updated', after: { limits: [{ unit: 'tokens', amount: 5_000 }] } },
    ]);
  });

  it.each([
    ['audio by megabytes', { max_audio_megabytes_per_1_minute: 5 }, 'max_audio_megabytes_per_1_minute'],
    ['batches', { batch_1_day_max_input_tokens: 5 }, 'batch_1_day_max_input_tokens'],
    ['zero', { max_requests_per_1_minute: 0 }, 'max_requests_per_1_minute'],
  ])('are refused where they limit %s', async (_name, body, param) => {
    const answer = await post(`/v1/organization/projects/${project.id}/rate_limits/rl_1`, body);
    expect(errorOf(answer)).toEqual([400, 'invalid_request', param]);
  });

  it('are unknown by another project’s id', async () => {
    const made = { scope: inProject(), model: 'a/*', unit: 'requests', period: 'minute', amount: 1 };
    await post(LIMITS, made);
    const { body } = await get(`/v1/organization/projects/${project.id}/rate_limits`);
    const [{ id }] = body.data;
    const other = await world.createProject();
    const answer = await post(`/v1/organization/projects/${other.id}/rate_limits/${id}`, {});
    expect(errorOf(answer)).toEqual([404, 'limit_not_found', null]);
  });
});
