import { describe, expect, it } from 'vitest';
import { buildApp } from '../app.js';
import { ADMIN_KEY, createFakeWorld } from '../testing/fake-dependencies.js';

/** Of a level that restricts nothing. */
const everything = { allowed_models: null, denied_models: null, allowed_endpoints: null };
const PROJECTS = '/v1/organization/projects';

function open() {
  const app = buildApp(createFakeWorld().deps);
  return async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json() };
  };
}

describe('projects', () => {
  it('are created with an exact budget, and listed', async () => {
    const send = open();
    const created = await send('POST', PROJECTS, { name: ' team ', budget_usd: '12.000000001' });
    expect(created).toEqual({
      status: 200,
      body: {
        id: 'proj_1',
        object: 'organization.project',
        name: 'team (org_1)',
        created_at: 1_793_491_200,
        archived_at: null,
        status: 'active',
        team_id: null,
        answer_hold_ms: 3_600_000,
        stored_answer_retention_ms: null,
        output_retention_ms: null,
        file_retention_ms: null,
        ...everything,
        budget: {
          id: 'acct_project:proj_1',
          object: 'organization.balance',
          kind: 'budget',
          scope: 'project:proj_1',
          credited_usd: '12.000000001',
          spent_usd: '0',
          held_usd: '0',
          available_usd: '12.000000001',
        },
      },
    });
    expect(await send('GET', PROJECTS)).toEqual({
      status: 200,
      body: { object: 'list', data: [created.body], first_id: 'proj_1', last_id: 'proj_1', has_more: false },
    });
  });

  it.each([
    ['no body', undefined, null],
    ['no name', {}, 'name'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a binary name', { name: 'a\0' }, 'name'],
    ['a number of dollars', { name: 'x', budget_usd: 5 }, 'budget_usd'],
    ['ten decimals', { name: 'x', budget_usd: '0.0000000001' }, 'budget_usd'],
    ['a negative budget', { name: 'x', budget_usd: '-1' }, 'budget_usd'],
    ['a negative hold', { name: 'x', answer_hold_ms: -1 }, 'answer_hold_ms'],
    ['no retention', { name: 'x', stored_answer_retention_ms: 0 }, 'stored_answer_retention_ms'],
    [
      'a retention of 31 days',
      { name: 'x', stored_answer_retention_ms: 31 * 86_400_000 },
      'stored_answer_retention_ms',
    ],
    ['an unknown field', { name: 'x', bugdet: '1' }, 'bugdet'],
    ['a team that is no id', { name: 'x', team_id: 'a b' }, 'team_id'],
    ['no pattern at all', { name: 'x', allowed_models: [] }, 'allowed_models'],
    ['an empty pattern', { name: 'x', allowed_models: [''] }, 'allowed_models[0]'],
    ['a pattern with a space', { name: 'x', denied_models: ['a', 'b c'] }, 'denied_models[1]'],
    ['an over-long pattern', { name: 'x', denied_models: ['x'.repeat(201)] }, 'denied_models[0]'],
    ['too many patterns', { name: 'x', allowed_models: Array<string>(201).fill('a') }, 'allowed_models'],
    ['one pattern for a list', { name: 'x', allowed_models: 'openai/*' }, 'allowed_models'],
    ['an unknown endpoint', { name: 'x', allowed_endpoints: ['chat', 'telepathy'] }, 'allowed_endpoints[1]'],
  ])('are refused with %s', async (_name, payload, param) => {
    expect(await open()('POST', PROJECTS, payload)).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', code: 'invalid_request', param, message: expect.any(String) } },
    });
  });
});

describe('keys', () => {
  it('are shown whole once, listed by their hint, and revoked', async () => {
    const send = open();
    await send('POST', PROJECTS, { name: 'team' });
    const keys = `${PROJECTS}/proj_1/api_keys`;
    const created = await send('POST', keys, { name: 'ci' });
    expect(created.body).toEqual({
      id: 'key_1',
      object: 'organization.project.api_key',
      project_id: 'proj_1',
      name: 'ci',
      mode: 'live',
      redacted_value: 'sk-sluice-…abcd',
      owner: {},
      owner_project_access: 'active',
      created_at: 1_793_491_200,
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
      previous_valid_until: null,
      keep_alive_seconds: null,
      ...everything,
      value: 'sk-sluice-whole',
    });
    expect(await send('DELETE', `${keys}/key_1`)).toEqual({
      status: 200,
      body: { object: 'organization.project.api_key.deleted', id: 'key_1', deleted: true },
    });
    const listed = await send('GET', keys);
    expect(listed.body.data).toMatchObject([{ id: 'key_1', revoked_at: 1_793_491_200 }]);
    expect(JSON.stringify(listed.body)).not.toContain('sk-sluice-whole');
  });

  it.each([
    ['an unknown mode', '', { name: 'x', mode: 'sandbox' }, 'mode'],
    ['an expiry in the past', '', { name: 'x', expires_in_seconds: -1 }, 'expires_in_seconds'],
    ['an expiry of no whole seconds', '', { name: 'x', expires_in_seconds: 1.5 }, 'expires_in_seconds'],
    ['an owner that is no id', '', { name: 'x', user_id: '../x' }, 'user_id'],
    ['a negative overlap', '/key_1/rotate', { overlap_seconds: -1 }, 'overlap_seconds'],
    ['an overlap of more than a week', '/key_1/rotate', { overlap_seconds: 604_801 }, 'overlap_seconds'],
    ['another mode', '/key_1', { mode: 'live' }, 'mode'],
  ])('are refused with %s', async (_name, path, payload, param) => {
    expect(await open()('POST', `${PROJECTS}/proj_1/api_keys${path}`, payload)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param } },
    });
  });

  it('are rotated without a body as well', async () => {
    const send = open();
    await send('POST', PROJECTS, { name: 'team' });
    await send('POST', `${PROJECTS}/proj_1/api_keys`, { name: 'ci' });
    const rotated = await send('POST', `${PROJECTS}/proj_1/api_keys/key_1/rotate`);
    expect(rotated).toMatchObject({ status: 200, body: { id: 'key_1', value: 'sk-sluice-rotated' } });
  });

  it('are 404 where there is no such project or key', async () => {
    const send = open();
    await send('POST', PROJECTS, { name: 'team' });
    const code = async (...request: Parameters<typeof send>) => (await send(...request)).body.error.code;
    expect(await code('GET', `${PROJECTS}/nope/api_keys`)).toBe('project_not_found');
    expect(await code('POST', `${PROJECTS}/nope/api_keys`, { name: 'x' })).toBe('project_not_found');
    expect(await code('DELETE', `${PROJECTS}/proj_1/api_keys/nope`)).toBe('key_not_found');
  });
});

describe('lists', () => {
  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['order=up', 'order'],
    ['after=a%20b', 'after'],
    ['include_archived=yes', 'include_archived'],
    ['page=2', 'page'],
  ])('refuse ?%s', async (query, param) => {
    for (const url of [PROJECTS, '/v1/organization/teams']) {
      expect(await open()('GET', `${url}?${query}`)).toMatchObject({ status: 400, body: { error: { param } } });
    }
  });
});

describe('balances', () => {
  it('are exact', async () => {
    expect((await open()('GET', '/v1/organization/balances')).body.data).toMatchObject([
      { scope: 'organization:org_1', kind: 'credits', credited_usd: '20.000000001', available_usd: '20.000000001' },
    ]);
  });
});
