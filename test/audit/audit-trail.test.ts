import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditTrail } from '../../activities/audit/audit-trail.js';
import { canonicalJson } from '../../activities/audit/canonical-json.js';
import { hashedFields } from '../../workflows/domain/audit-chain.js';
import { verifyAudit } from '../../activities/audit/verify-audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditedChange, AuditQuery, ChainedAuditEntry } from '../../workflows/contracts/audit.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

let server: TestDatabase;
let database: Database;
let trail: ReturnType<typeof createAuditTrail>;
beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, connections: 10, onError: () => {} });
  trail = createAuditTrail({ database });
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

const actor = (): ActingRequest => ({
  organizationId: `org_${randomUUID()}`,
  keyId: 'key_1',
  userId: 'user_1',
  role: 'owner',
  projectRoles: {},
  requestId: 'req_1',
  ipAddress: '203.0.113.7',
  userAgent: 'curl "8"\t\\é\u2028',
});
const change = (fields: Partial<AuditedChange> = {}): AuditedChange => ({
  type: 'project.created',
  objectId: 'proj_1',
  ...fields,
});

const append = (by: ActingRequest, ...changes: readonly AuditedChange[]): Promise<void> =>
  changes.reduce(
    (earlier, one) => earlier.then(() => database.query(trail.entry(by, one))).then(() => {}),
    Promise.resolve(),
  );

async function chainOf(organizationId: string): Promise<readonly ChainedAuditEntry[]> {
  const entries: ChainedAuditEntry[] = [];
  for await (const batch of trail.chain(organizationId, Number.MAX_SAFE_INTEGER)) entries.push(...batch);
  return entries;
}

/** Runs statements with the triggers off, as only the owner of the database can. */
async function tamper(...statements: readonly string[]): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query({ text: 'SET LOCAL session_replication_role = replica' });
    for (const text of statements) await transaction.query({ text });
  });
}

async function brokenOf(organizationId: string) {
  return (await verifyAudit(database)).find(({ head }) => head.organizationId === organizationId)?.broken;
}

describe('an entry', () => {
  it('says who changed what, before and after, from where', async () => {
    const by = actor();
    await append(
      by,
      change({ projectId: 'proj_1', before: { name: 'a' }, after: { name: 'b', tags: ['x', 1, null] } }),
    );
    expect(await chainOf(by.organizationId)).toEqual([
      {
        organizationId: by.organizationId,
        sequence: 1,
        id: expect.stringMatching(/^audit_[0-9a-f]{24}$/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        type: 'project.created',
        objectId: 'proj_1',
        projectId: 'proj_1',
        before: { name: 'a' },
        after: { name: 'b', tags: ['x', 1, null] },
        actor: {
          keyId: 'key_1',
          userId: 'user_1',
          role: 'owner',
          requestId: 'req_1',
          ipAddress: '203.0.113.7',
          userAgent: by.userAgent,
        },
        previousHash: '0'.repeat(64),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('goes with its transaction', async () => {
    const by = actor();
    await append(by, change());
    const failing = database.transaction(async (transaction) => {
      await transaction.query(trail.entry(by, change()));
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    await append(by, change());
    expect((await chainOf(by.organizationId)).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await brokenOf(by.organizationId)).toBeUndefined();
  });

  it.each([
    ['nothing but what it must have', {}],
    [
      'every kind of character',
      { after: { 'ü€\n"\\\u0000\u001f\u007f\u2028😀': ['\u0000\b\f\n\r\t\u001b', '\ud800'] } },
    ],
    ['numbers of every size', { after: { a: [0, -0, 1e21, 1e-7, 0.1, -5, 9007199254740991] } }],
    ['names in another order', { before: { b: { z: 1, a: 2 }, a: [], 10: true, 9: false, '😀': 1, '\ufb33': 2 } }],
  ])('has the same hash here and in Postgres: %s', async (_name, fields) => {
    const { userId: _userId, ipAddress: _ip, userAgent: _agent, ...bare } = actor();
    await append(bare, change(fields));
    const [entry] = await chainOf(bare.organizationId);
    const [row] = await database.query<{ text: string; hash: string }>({
      text: 'SELECT audit.canonical(e) AS text, hash FROM audit.entries e WHERE organization_id = $1',
      values: [bare.organizationId],
    });
    const text = canonicalJson(hashedFields(entry!));
    expect(text).toBe(row?.text);
    expect(createHash('sha256').update(text).digest('hex')).toBe(row?.hash);
  });
});

describe('a chain', () => {
  it('has no gap and no fork, however many write to it at once', async () => {
    const [first, second] = [actor(), actor()];
    const written = Array.from({ length: 40 }, (_, index) => append(index % 2 ? first : second, change()));
    await Promise.all(written);
    for (const { organizationId } of [first, second]) {
      const entries = await chainOf(organizationId);
      expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect([...entries].sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(entries);
      const { sequence, hash } = entries.at(-1)!;
      expect(await trail.head(organizationId)).toEqual({ organizationId, sequence, hash });
      expect(await brokenOf(organizationId)).toBeUndefined();
    }
  });

  it('is read to a stated end, across batches', async () => {
    const by = actor();
    await database.query({
      text: `SELECT audit.append($1, 'bulk_' || $1 || n, 'x.y', 'o', NULL, NULL, NULL, 'k', NULL, 'owner', 'r', NULL, NULL)
             FROM generate_series(1, 1001) n`,
      values: [by.organizationId],
    });
    const sizes: number[] = [];
    for await (const batch of trail.chain(by.organizationId, 1000)) sizes.push(batch.length);
    expect(sizes).toEqual([500, 500]);
    expect(await brokenOf(by.organizationId)).toBeUndefined();
  });

  it.each([
    'UPDATE audit.entries SET type = type',
    'DELETE FROM audit.entries',
    'TRUNCATE audit.entries',
    'DELETE FROM audit.heads',
    'TRUNCATE audit.heads',
    'UPDATE audit.heads SET sequence = sequence - 1',
    'UPDATE audit.heads SET hash = hash',
  ])('is append-only: %s', async (text) => {
    await append(actor(), change());
    await expect(database.query({ text })).rejects.toThrow('append-only');
  });
});

describe('verification', () => {
  const where = (by: ActingRequest, sequence: number) =>
    `WHERE organization_id = '${by.organizationId}' AND sequence = ${sequence}`;

  async function chainOfFour(): Promise<ActingRequest> {
    const by = actor();
    await append(by, ...[1, 2, 3, 4].map((n) => change({ objectId: `proj_${n}`, after: { n } })));
    return by;
  }

  it.each<[string, number, string, (by: ActingRequest) => readonly string[]]>([
    ['an edited object', 2, 'was edited', (by) => [`UPDATE audit.entries SET object_id = 'x' ${where(by, 2)}`]],
    ['an edited value', 3, 'was edited', (by) => [`UPDATE audit.entries SET after = '{"n":9}' ${where(by, 3)}`]],
    ['a removed value', 3, 'was edited', (by) => [`UPDATE audit.entries SET after = NULL ${where(by, 3)}`]],
    ['a later time', 2, 'was edited', (by) => [`UPDATE audit.entries SET at = at + interval '1 us' ${where(by, 2)}`]],
    [
      'an edit with its hash made anew',
      3,
      'does not follow',
      (by) => [
        `UPDATE audit.entries SET object_id = 'x' ${where(by, 2)}`,
        `UPDATE audit.entries e SET hash = audit.hash_of(e) ${where(by, 2)}`,
      ],
    ],
    ['a missing entry', 2, 'entry 2 is missing', (by) => [`DELETE FROM audit.entries ${where(by, 2)}`]],
    ['a missing beginning', 1, 'entry 1 is missing', (by) => [`DELETE FROM audit.entries ${where(by, 1)}`]],
    [
      'a missing entry with the others moved up',
      2,
      'was edited',
      (by) => [
        `DELETE FROM audit.entries ${where(by, 2)}`,
        `UPDATE audit.entries SET sequence = 2 ${where(by, 3)}`,
        `UPDATE audit.entries SET sequence = 3 ${where(by, 4)}`,
      ],
    ],
    [
      'two entries in each other’s place',
      2,
      'was edited',
      (by) => [
        `UPDATE audit.entries SET sequence = 9 ${where(by, 2)}`,
        `UPDATE audit.entries SET sequence = 2 ${where(by, 3)}`,
        `UPDATE audit.entries SET sequence = 3 ${where(by, 9)}`,
      ],
    ],
    ['a cut end', 4, 'entries 4 to 4 are missing', (by) => [`DELETE FROM audit.entries ${where(by, 4)}`]],
    [
      'a whole chain that is gone',
      1,
      'entries 1 to 4 are missing',
      (by) => [`DELETE FROM audit.entries WHERE organization_id = '${by.organizationId}'`],
    ],
    [
      'a head that is gone',
      4,
      'the head is not that of the last entry',
      (by) => [`DELETE FROM audit.heads WHERE organization_id = '${by.organizationId}'`],
    ],
  ])('finds %s', async (_name, sequence, problem, statements) => {
    const by = await chainOfFour();
    const untouched = await chainOfFour();
    await tamper(...statements(by));
    expect(await brokenOf(by.organizationId)).toEqual({ sequence, problem: expect.stringContaining(problem) });
    expect(await brokenOf(untouched.organizationId)).toBeUndefined();
    // Postgres' own view sees the same of what is there; of what is cut off only the head tells.
    const links = await database.query<{ sequence: bigint }>({
      text: 'SELECT sequence FROM audit.broken_links WHERE organization_id = $1',
      values: [by.organizationId],
    });
    const seen = /cut|gone/.test(_name) ? [] : [/is missing/.test(problem) ? sequence + 1 : sequence];
    expect(links.map((link) => Number(link.sequence))).toEqual(seen);
  });

  it('cannot tell a chain that was rewritten to its end from a true one, but for a head that was kept elsewhere', async () => {
    const by = await chainOfFour();
    const kept = await trail.head(by.organizationId);
    await append(by, change());
    await tamper(
      `DELETE FROM audit.entries WHERE organization_id = '${by.organizationId}' AND sequence > 2`,
      `UPDATE audit.heads SET sequence = 2, hash = (SELECT hash FROM audit.entries ${where(by, 2)})
       WHERE organization_id = '${by.organizationId}'`,
    );
    expect(await brokenOf(by.organizationId)).toBeUndefined();
    const against = async () =>
      (await verifyAudit(database, [kept])).find(({ head }) => head.organizationId === by.organizationId)?.broken
        ?.problem;
    expect(await against()).toContain('entries 3 to 4 are missing');
    await append(by, change(), change());
    expect(await brokenOf(by.organizationId)).toBeUndefined();
    expect(await against()).toContain('entry 4 (');
    expect(await against()).toContain('was rewritten');
  });
});

describe('a list', () => {
  const query = (fields: Partial<AuditQuery> = {}): AuditQuery => ({ limit: 20, order: 'desc', ...fields });

  it('goes on from a cursor, in both directions and both orders', async () => {
    const by = actor();
    await append(by, ...Array.from({ length: 5 }, () => change()));
    const ids = (await chainOf(by.organizationId)).map(({ id }) => id);
    const page = async (fields: Partial<AuditQuery>) => {
      const { data, hasMore } = await trail.list(by.organizationId, query({ limit: 2, ...fields }));
      return [data.map(({ sequence }) => sequence), hasMore];
    };
    expect(await page({})).toEqual([[5, 4], true]);
    expect(await page({ after: ids[3]! })).toEqual([[3, 2], true]);
    expect(await page({ after: ids[1]! })).toEqual([[1], false]);
    expect(await page({ before: ids[0]! })).toEqual([[3, 2], true]);
    expect(await page({ before: ids[3]! })).toEqual([[5], false]);
    expect(await page({ after: ids[4]!, before: ids[1]! })).toEqual([[4, 3], false]);
    expect(await page({ order: 'asc' })).toEqual([[1, 2], true]);
    expect(await page({ order: 'asc', after: ids[2]! })).toEqual([[4, 5], false]);
    expect(await page({ order: 'asc', before: ids[3]! })).toEqual([[2, 3], true]);
  });

  it('refuses a cursor of no entry, and of another organisation’s', async () => {
    const [by, other] = [actor(), actor()];
    await append(other, change());
    const [foreign] = await chainOf(other.organizationId);
    for (const after of ['nope', foreign!.id]) {
      const listing = trail.list(by.organizationId, query({ after }));
      await expect(listing).rejects.toMatchObject({ refusal: { code: 'invalid_request', param: 'after' } });
    }
    expect(await trail.list(by.organizationId, query())).toEqual({ data: [], hasMore: false });
  });

  it('names the project and whose key it was, as they are now, and filters by them', async () => {
    const by = actor();
    const org = by.organizationId;
    const [project, user, account, key] = ['proj', 'user', 'svc', 'key'].map((kind) => `${kind}_${randomUUID()}`);
    for (const text of [
      `INSERT INTO tenancy.organizations (id, name) VALUES ('${org}', 'x')`,
      `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ('${project}', '${org}', 'Team')`,
      `INSERT INTO tenancy.users (id, organization_id, email, name, role) VALUES ('${user}', '${org}', 'a@b.c', 'A', 'owner')`,
      `INSERT INTO tenancy.service_accounts (id, organization_id, project_id, name) VALUES ('${account}', '${org}', '${project}', 'bot')`,
      `INSERT INTO tenancy.api_keys (id, organization_id, project_id, kind, name, hash, hint, service_account_id)
       VALUES ('${key}', '${org}', '${project}', 'inference', 'k', '${key}', 'h', '${account}')`,
    ])
      await database.query({ text });
    await append({ ...by, userId: user! }, change({ projectId: project! }));
    await append({ ...by, keyId: key!, userId: 'user_gone' }, change());
    const found = (fields: Partial<AuditQuery>) => trail.list(org, query(fields));
    expect(await found({ actorEmails: ['A@B.c'] })).toMatchObject({
      data: [{ sequence: 1, projectName: 'Team', userEmail: 'a@b.c' }],
    });
    const { data } = await found({ actorIds: [account!] });
    expect(data).toMatchObject([{ sequence: 2, serviceAccountId: account }]);
    expect(data[0]).not.toHaveProperty('userEmail');
  });

  it('filters by type, project, object, actor and time', async () => {
    const by = actor();
    const { userId: _userId, ...machine } = { ...by, keyId: 'key_2' };
    await append(by, change({ projectId: 'proj_1' }), change({ type: 'api_key.created', objectId: 'key_9' }));
    await append(machine, change({ type: 'project.archived', projectId: 'proj_2', objectId: 'proj_2' }));
    const found = async (fields: Partial<AuditQuery>) =>
      (await trail.list(by.organizationId, query(fields))).data.map(({ sequence }) => sequence);
    expect(await found({ types: ['api_key.created', 'project.archived'] })).toEqual([3, 2]);
    expect(await found({ projectIds: ['proj_1'] })).toEqual([1]);
    expect(await found({ objectIds: ['key_9', 'proj_2'] })).toEqual([3, 2]);
    expect(await found({ actorIds: ['key_2'] })).toEqual([3]);
    expect(await found({ actorIds: ['user_1'], types: ['project.created'] })).toEqual([1]);
    const second = new Date((await chainOf(by.organizationId))[1]!.at);
    expect(await found({ from: new Date(second.getTime() + 86_400_000) })).toEqual([]);
    expect(await found({ from: new Date(second.getTime() - 86_400_000) })).toEqual([3, 2, 1]);
    expect(await found({ until: new Date(second.getTime() - 86_400_000) })).toEqual([]);
  });
});
