import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

const by: ActingRequest = {
  organizationId: 'org_1',
  keyId: 'key_1',
  role: 'owner',
  projectRoles: {},
  requestId: 'req_1',
};

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, connections: 2, onError: () => {} });
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

function run(...options: readonly string[]) {
  const env = { ...bareEnvironment(), DATABASE_URL: server.url };
  const command = ['--import', 'tsx', 'infra/cli/audit.ts', ...options];
  return spawnSync(process.execPath, command, { env, encoding: 'utf8' });
}

it('`npm run audit` prints the heads of the chains, and holds the chains to heads that it is given', async () => {
  const trail = createAuditTrail({ database });
  for (const type of ['project.created', 'project.archived']) {
    await database.query(trail.entry(by, { type, objectId: 'proj_1' }));
  }
  const { hash } = await trail.head('org_1');
  const whole = run('--head', `org_1:2:${hash}`);
  expect(whole).toMatchObject({ status: 0, stdout: expect.stringContaining('The audit log holds.') });
  expect(whole.stdout).toContain(`ok      org_1:2:${hash}\n`);

  const other = run('--head', `org_1:2:${'0'.repeat(64)}`, '--head', `org_2:5:${hash}`);
  expect(other.status).toBe(1);
  expect(other.stdout).toMatch(/BROKEN {2}org_1:2:\w+\n +entry 2 \(audit_\w+\) is not the one whose hash was kept/);
  expect(other.stdout).toMatch(/BROKEN {2}org_2:0:0+\n +the end is cut off: entries 1 to 5 are missing/);
  expect(other.stdout).toContain('The audit log does not hold: 2 of its chains are broken.');

  const wrong = run('--head', 'yesterday');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('--head is no head of a chain: yesterday');
}, 120_000);
