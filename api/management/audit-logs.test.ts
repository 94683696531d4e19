import { describe, expect, it } from 'vitest';
import { buildApp } from '../app.js';
import { createFakeAudit, fakeChain } from '../testing/fake-audit.js';
import { ADMIN_KEY, createFakeWorld } from '../testing/fake-dependencies.js';

const LOGS = '/v1/organization/audit_logs';

function open() {
  const world = createFakeWorld();
  const audit = createFakeAudit();
  const app = buildApp({ ...world.deps, audit });
  const get = (url: string) => app.inject({ url, headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  return { audit, get, world };
}

describe('the audit log', () => {
  it('is in OpenAI’s shape, the newest first', async () => {
    const response = await open().get(LOGS);
    const updated = response.json().data[0];
    expect(response.json()).toMatchObject({ object: 'list', first_id: 'audit_2', last_id: 'audit_1', has_more: false });
    expect(updated).toEqual({
      id: 'audit_2',
      object: 'organization.audit_log',
      type: 'project.updated',
      effective_at: 1_793_491_201,
      actor: { type: 'api_key', api_key: { id: 'key_3' }, role: 'owner', ip_address: null, user_agent: null },
      resource_id: 'proj_1',
      before: { name: 'team' },
      after: { name: 'crew' },
      request_id: 'req_2',
      sequence: 2,
      hash: 'b'.repeat(64),
      'project.updated': { id: 'proj_1', changes_requested: { name: 'crew' } },
    });
    expect(response.json().data[1]).toMatchObject({
      actor: { api_key: { id: 'key_3', type: 'user', user: { id: 'user_1' } }, ip_address: '203.0.113.7' },
      project: { id: 'proj_1' },
      'project.created': { id: 'proj_1', data: { name: 'team' } },
    });
  });

  it.each([
    ['', {}],
    ['?limit=5&after=audit_9', { limit: 5, after: 'audit_9' }],
    ['?before=audit_9', { before: 'audit_9' }],
    ['?event_types[]=project.created&event_types[]=a.b', { types: ['project.created', 'a.b'] }],
    ['?event_types%5B%5D=project.created', { types: ['project.created'] }],
    ['?project_ids=p&resource_ids[]=r&actor_ids[]=a', { projectIds: ['p'], objectIds: ['r'], actorIds: ['a'] }],
    ['?actor_emails[]=a%40b.c', { actorEmails: ['a@b.c'] }],
    ['?effective_at[gte]=10&effective_at[lt]=20', { from: new Date(10_000), until: new Date(20_000) }],
    ['?effective_at[gt]=10&effective_at[lte]=20', { from: new Date(11_000), until: new Date(21_000) }],
    [
      '?effective_at[gt]=10&effective_at[gte]=5&effective_at[lt]=9&effective_at[lte]=20',
      { from: new Date(11_000), until: new Date(9_000) },
    ],
  ])('is asked by %j', async (query, expected) => {
    const { audit, get } = open();
    expect((await get(LOGS + query)).statusCode).toBe(200);
    expect(audit.asked).toEqual({ limit: 20, order: 'desc', ...expected });
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=x', 'limit'],
    ['?effective_at=5', 'effective_at'],
    ['?effective_at[gt]=soon', 'effective_at.gt'],
    ['?effective_at[eq]=5', 'effective_at.eq'],
    ['?event_types[]=', 'event_types[0]'],
    ['?event_type[]=project.created', 'event_type[]'],
    ['?order=asc', 'order'],
  ])('refuses %j', async (query, param) => {
    const { audit, get } = open();
    const response = await get(LOGS + query);
    expect([response.statusCode, response.json().error]).toMatchObject([400, { code: 'invalid_request', param }]);
    expect(audit.asked).toBeUndefined();
  });
});

describe('the export', () => {
  it('is the chain in its order, a line an entry, and its head at last', async () => {
    const response = await open().get(`${LOGS}/export`);
    expect(response.headers['content-type']).toBe('application/x-ndjson');
    const lines = response.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { sequence: 1, previous_hash: '0'.repeat(64), hash: 'a'.repeat(64), after: { name: 'team' } },
      { sequence: 2, previous_hash: 'a'.repeat(64), hash: 'b'.repeat(64), project_id: null },
      { object: 'organization.audit_log.head', organization_id: 'org_1', sequence: 2, hash: 'b'.repeat(64) },
    ]);
  });

  it('breaks off without a head where it fails in the middle', async () => {
    const { audit, get } = open();
    audit.chain = async function* () {
      yield await Promise.resolve(fakeChain.slice(0, 1));
      throw new Error('Postgres is gone');
    };
    await expect(get(`${LOGS}/export`)).rejects.toThrow();
  });
});
