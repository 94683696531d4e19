import type { AuditHead, AuditLog, AuditQuery, ChainedAuditEntry } from '../../workflows/contracts/audit.js';

export interface FakeAudit extends AuditLog {
  chain: AuditLog['chain'];
  /** The last query, as the port was asked. */
  asked: AuditQuery | undefined;
}

/** The chain of one organisation: two entries, the newer one by nobody in particular. */
export const fakeChain: readonly ChainedAuditEntry[] = [
  {
    organizationId: 'org_1',
    sequence: 1,
    id: 'audit_1',
    at: '2026-11-01T00:00:00.000001Z',
    type: 'project.created',
    objectId: 'proj_1',
    projectId: 'proj_1',
    after: { name: 'team' },
    actor: {
      keyId: 'key_3',
      userId: 'user_1',
      role: 'owner',
      requestId: 'req_1',
      ipAddress: '203.0.113.7',
      userAgent: 'curl',
    },
    previousHash: '0'.repeat(64),
    hash: 'a'.repeat(64),
  },
  {
    organizationId: 'org_1',
    sequence: 2,
    id: 'audit_2',
    at: '2026-11-01T00:00:01.000000Z',
    type: 'project.updated',
    objectId: 'proj_1',
    before: { name: 'team' },
    after: { name: 'crew' },
    actor: { keyId: 'key_3', role: 'owner', requestId: 'req_2' },
    previousHash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
  },
];

export function createFakeAudit(): FakeAudit {
  const fake: FakeAudit = {
    asked: undefined,
    list: (_organizationId, query) => {
      fake.asked = query;
      return Promise.resolve({ data: [...fakeChain].reverse().slice(0, query.limit), hasMore: query.limit < 2 });
    },
    head: (organizationId): Promise<AuditHead> =>
      Promise.resolve({ organizationId, sequence: 2, hash: 'b'.repeat(64) }),
    chain: async function* (_organizationId, upTo) {
      yield await Promise.resolve(fakeChain.slice(0, upTo));
    },
  };
  return fake;
}
