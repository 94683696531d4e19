import { describe, expect, it } from 'vitest';
import { buildApp } from '../app.js';
import { ADMIN_KEY, createFakeWorld } from '../testing/fake-dependencies.js';

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
        status: 'active',
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
    ['an unknown field', { name: 'x', bugdet: '1' }, null],
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
      redacted_value: 'sk-sluice-…abcd',
      created_at: 1_793_491_200,
      revoked_at: null,
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

  it('are 404 where there is no such project or key', async () => {
    const send = open();
    await send('POST', PROJECTS, { name: 'team' });
    const code = async (...request: Parameters<typeof send>) => (await send(...request)).body.error.code;
    expect(await code('GET', `${PROJECTS}/nope/api_keys`)).toBe('project_not_found');
    expect(await code('POST', `${PROJECTS}/nope/api_keys`, { name: 'x' })).toBe('project_not_found');
    expect(await code('DELETE', `${PROJECTS}/proj_1/api_keys/nope`)).toBe('key_not_found');
  });
});

describe('balances', () => {
  it('are exact', async () => {
    expect((await open()('GET', '/v1/organization/balances')).body.data).toMatchObject([
      { scope: 'organization:org_1', kind: 'credits', credited_usd: '20.000000001', available_usd: '20.000000001' },
    ]);
  });
});
