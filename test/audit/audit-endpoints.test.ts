import { createHash } from 'node:crypto';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import { useWorld } from '../gateway/world.js';
import { expectNoSecrets } from '../support/no-secrets.js';

const world = useWorld();
const by: ActingRequest = {
  organizationId: 'org_local',
  keyId: 'key_local_admin',
  role: 'owner',
  projectRoles: {},
  requestId: 'req_1',
  userAgent: 'Schlüssel/1 "x"',
};

async function write(count: number, type = 'project.created'): Promise<void> {
  const trail = createAuditTrail({ database: world.database });
  for (let n = 0; n < count; n += 1) {
    await world.database.query(
      trail.entry(by, { type, objectId: `proj_${n}`, after: { name: `Größe ${n}`, b: 1, a: [] } }),
    );
  }
}

describe('the audit log of a gateway', () => {
  it('is read by OpenAI’s own client, page after page', async () => {
    await write(3);
    await write(1, 'project.archived');
    const { gateway } = world;
    const client = new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, adminAPIKey: gateway.adminKey });
    const logs = client.admin.organization.auditLogs;
    const types: string[] = [];
    for await (const log of logs.list({ limit: 2, effective_at: { gte: 1 } })) types.push(log.type);
    expect(types.slice(0, 4)).toEqual(['project.archived', 'project.created', 'project.created', 'project.created']);
    const archived = await logs.list({ event_types: ['project.archived'], resource_ids: ['proj_0'] });
    expect(archived.data).toHaveLength(1);
    expect(archived.data[0]).toMatchObject({ actor: { type: 'api_key', api_key: { id: 'key_local_admin' } } });
    expect((await logs.list({ effective_at: { lt: 1 } })).data).toEqual([]);
    expectNoSecrets((await world.get('/v1/organization/audit_logs', { apiKey: gateway.adminKey })).body.data[0].after);
  });

  it('refuses a cursor that it has not shown', async () => {
    const answer = await world.get('/v1/organization/audit_logs?after=nope', { apiKey: world.gateway.adminKey });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', param: 'after' } } });
  });

  it('is exported so that anybody can verify it', async () => {
    await write(2);
    const { body } = await world.get('/v1/organization/audit_logs/export', { apiKey: world.gateway.adminKey });
    const lines = (body as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const head = lines.pop()!;
    let previous = '0'.repeat(64);
    for (const [index, { hash, ...entry }] of lines.entries()) {
      expect(entry).toMatchObject({ sequence: index + 1, previous_hash: previous, organization_id: 'org_local' });
      expect(createHash('sha256').update(sorted(entry)).digest('hex')).toBe(hash);
      previous = hash as string;
    }
    expect(head).toEqual({
      object: 'organization.audit_log.head',
      organization_id: 'org_local',
      sequence: lines.length,
      hash: previous,
    });
  });
});

/** RFC 8785 as somebody else would write it. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
