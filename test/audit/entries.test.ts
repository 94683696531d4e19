import { expect, it } from 'vitest';
import { verifyAudit } from '../../activities/audit/verify-audit.js';
import type { Json } from '../../workflows/contracts/json.js';
import { expectNoSecrets } from '../support/no-secrets.js';
import { type Parsed, useWorld } from '../gateway/world.js';

// What the management API changes is in the audit log, each change once, in one whole chain, and without a secret.

const world = useWorld();
const root = '/v1/organization';

async function send(method: string, path: string, body?: object): Promise<Parsed> {
  const response = await fetch(`${world.gateway.origin}${root}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${world.gateway.adminKey}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect([method, path, response.status]).toEqual([method, path, 200]);
  return response.json();
}

it('every kind of change is written down, and no secret with it', async () => {
  const secrets: string[] = [];
  const keep = (made: Parsed): Parsed => {
    for (const secret of [made.value, made.token, made.api_key?.value, made.admin_api_key?.value]) {
      if (typeof secret === 'string') secrets.push(secret);
    }
    return made;
  };
  await send('POST', '', { name: 'Ours' });
  const team = await send('POST', '/teams', { name: 'Team' });
  const project = await send('POST', '/projects', { name: 'Project', team_id: team.id, budget_usd: '1' });
  const inProject = `/projects/${project.id}`;
  await send('POST', inProject, { name: 'Renamed' });
  const invite = keep(await send('POST', '/invites', { email: 'ada@example.com', role: 'member', projects: [] }));
  const accepted = keep(await send('POST', '/invites/accept', { token: invite.token, name: 'Ada' }));
  const { data: users } = await send('GET', '/users');
  const [ada] = users;
  await send('POST', `${inProject}/users`, { user_id: ada.id, role: 'member' });
  await send('POST', `/users/${ada.id}`, { role: 'viewer' });
  const admin = keep(await send('POST', '/admin_api_keys', { name: 'Admin', role: 'viewer' }));
  keep(await send('POST', `/admin_api_keys/${admin.id}/rotate`, { overlap_seconds: 0 }));
  const key = keep(await send('POST', `${inProject}/api_keys`, { name: 'Key' }));
  keep(await send('POST', `${inProject}/api_keys/${key.id}/rotate`, { overlap_seconds: 0 }));
  await send('DELETE', `${inProject}/api_keys/${key.id}`);
  const account = keep(await send('POST', `${inProject}/service_accounts`, { name: 'Robot' }));
  await send('DELETE', `${inProject}/service_accounts/${account.id}`);
  const scope = { type: 'project', id: project.id };
  const budget = { name: 'B', scope, amount_usd: '1', window: { kind: 'total' } };
  await send('DELETE', `/budgets/${(await send('POST', '/budgets', budget)).id}`);
  await send('POST', '/limits', { scope, unit: 'requests', period: 'minute', amount: 5 });
  await send('POST', '/credits/grants', { key: 'k', amount_usd: '1', reason: 'r' });
  await send('POST', `${inProject}/archive`);

  const entries = await world.rows<{ type: string; before: Json; after: Json }>(
    'SELECT type, before, after FROM audit.entries ORDER BY organization_id, sequence',
  );
  const types = new Set(entries.map(({ type }) => type));
  for (const type of [
    ...['organization.updated', 'team.created', 'project.created', 'project.updated', 'project.archived'],
    ...['invite.sent', 'invite.accepted', 'user.added', 'user.updated', 'project_user.added'],
    ...['admin_api_key.created', 'admin_api_key.rotated', 'api_key.created', 'api_key.deleted'],
    ...['service_account.created', 'service_account.deleted', 'budget.created', 'budget.deleted'],
    ...['limit.created', 'credit.granted'],
  ])
    expect(types).toContain(type);
  for (const { before, after } of entries) expectNoSecrets([before, after]);
  expect(secrets.length).toBeGreaterThan(5);
  const written = JSON.stringify(entries);
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  expect(accepted).toBeDefined();
  expect((await verifyAudit(world.database)).filter(({ broken }) => broken)).toEqual([]);
});
