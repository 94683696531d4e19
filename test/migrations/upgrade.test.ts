import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { migrate, migrateBy } from '../../infra/migrations/migrate.js';
import { execute } from '../support/statements.js';

// A database of every earlier schema, with money in it and a request under way, is brought to the newest one.

const folder = resolve(import.meta.dirname, '../../infra/migrations/sql');
const files = readdirSync(folder).sort();
const firstWithMoney = files.indexOf('0003_requests.sql') + 1;
const firstWithBudgets = files.indexOf('0010_budgets_and_credits.sql') + 1;

let database: Database | undefined;
let drop = (): Promise<void> => Promise.resolve();
afterEach(async () => {
  await database?.close();
  await drop();
});

/** A database with the first migrations only. */
async function databaseAt(count: number): Promise<string> {
  const serverUrl = inject('postgresUrl') ?? '';
  const name = `upgrade_${randomBytes(8).toString('hex')}`;
  await execute(serverUrl, `CREATE DATABASE ${name}`);
  drop = () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrateBy(url.href, count);
  return url.href;
}

const request = (id: string) =>
  JSON.stringify({
    ...{ requestId: id, organizationId: 'org_1', projectId: 'proj_1', keyId: 'key_1', kind: 'chat', models: ['a/b'] },
    ...{ stream: false, retention: 'interactive', keyed: false, onDisconnect: 'cancel', holder: 'here' },
  });

/** As the functions of that time write it: credit, a project with a budget, a request that was charged and one that runs. */
async function fill(database: Database): Promise<void> {
  for (const text of [
    `INSERT INTO tenancy.organizations (id, name) VALUES ('org_1', 'One')`,
    `INSERT INTO tenancy.projects (id, organization_id, name) VALUES ('proj_1', 'org_1', 'One')`,
    `INSERT INTO tenancy.api_keys (id, organization_id, kind, name, hash, hint) VALUES ('key_0', 'org_1', 'admin', 'A', 'a', '…')`,
    `INSERT INTO ledger.accounts (id, kind, scope) VALUES ('credits:organization:org_1', 'credits', 'organization:org_1')`,
    `SELECT ledger.credit('grant:1', 'credits:organization:org_1', 'house:grants', 1000, 'test')`,
    `INSERT INTO ledger.accounts (id, kind, scope) VALUES ('budget:project:proj_1', 'budget', 'project:proj_1')`,
    `SELECT ledger.credit('allowance:1', 'budget:project:proj_1', 'house:allowances', 700, 'test')`,
  ])
    await database.query({ text });
  for (const id of ['req_done', 'req_open']) {
    await database.query({
      text: `SELECT * FROM requests.reserve($1, '{organization:org_1,project:proj_1}', 300, '{"candidates": []}', NULL, NULL)`,
      values: [request(id)],
    });
    await database.query({
      text: `INSERT INTO requests.attempts (request_id, number, offer_id, vendor, model, state, owner, lease_until, status, charge, outcome, recorded_at)
             VALUES ($1, 1, 'a/b', 'a', 'b', 'recorded', 'here', now(), 'answered', 100, '{"chargeNanoUsd": "100", "usage": {"units": {"input": 5}, "source": "reported"}}', now())`,
      values: [id],
    });
  }
  await finish(database, 'req_done');
}

function finish(database: Database, id: string) {
  return database.query({
    text: `SELECT * FROM requests.finish($1, 'settled', 1, NULL, false)`,
    values: [request(id)],
  });
}

describe('an upgrade', () => {
  const earlier = files.map((_, index) => index + 1).filter((count) => count >= firstWithMoney && count < files.length);

  it.each(earlier)('from the first %i migrations keeps the books, and ends what was under way', async (count) => {
    const url = await databaseAt(count);
    database = createDatabase({ url, connections: 2, onError: () => {} });
    await fill(database);
    expect(await migrate(url)).toHaveLength(files.length - count);
    expect(await audit(database)).toEqual([]);
    await finish(database, 'req_open');
    expect(await audit(database)).toEqual([]);
    const accounts = await database.query<{ id: string; spent: bigint; held: bigint }>({
      text: `SELECT id, debits_posted AS spent, debits_pending AS held FROM ledger.accounts WHERE kind <> 'house' ORDER BY id`,
    });
    expect(accounts).toEqual([
      { id: 'budget:project:proj_1', spent: 200n, held: 0n },
      { id: 'credits:organization:org_1', spent: 200n, held: 0n },
    ]);
    // The budget of before goes on as one of today's, with what was spent of it.
    if (count < firstWithBudgets) {
      await database.query({ text: `SELECT ledger.set_budget_amount('budget_proj_1', 250)` });
      const held = await database.query({ text: `SELECT result FROM ledger.hold('req_new', '{project:proj_1}', 51)` });
      expect(held).toEqual([{ result: 'insufficient' }]);
    }
  });

  it('of a database that is up to date does nothing', async () => {
    const url = await databaseAt(files.length);
    database = createDatabase({ url, connections: 2, onError: () => {} });
    expect(await migrate(url)).toEqual([]);
  });
});
