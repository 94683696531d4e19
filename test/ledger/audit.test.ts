import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { auditQueries, type Invariant } from '../../activities/ledger/audit-queries.js';
import { bareEnvironment } from '../../infra/runtime/config.js';
import { createLedgerWorld, heldNanoUsd, type LedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
let account = '';
let [running, settled, released] = ['', '', ''];
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  const organizationId = await world.organization(10n * heldNanoUsd);
  account = `credits:organization:${organizationId}`;
  const requests = [0, 1, 2].map(() => world.request({ organizationId }));
  for (const request of requests) await world.ledger.planAndReserve(request);
  await world.attempt(requests[1]!, { chargeNanoUsd: '2000000' }, 2_500_000n);
  await world.ledger.settle({ request: requests[1]!, attempt: 1 });
  await world.ledger.release({ request: requests[2]! });
  [running, settled, released] = requests.map(({ requestId }) => requestId) as [string, string, string];
  expect(await audit(world.database)).toEqual([]);
});

/** Runs statements as no code of ours can: with the triggers off, and undone at the end. */
async function findingsAfter(...corruption: readonly string[]): Promise<readonly Invariant[]> {
  const rollback = new Error('undone');
  let invariants: readonly Invariant[] = [];
  const inside = async (): Promise<void> =>
    world.database.transaction(async (transaction) => {
      await transaction.query({ text: 'SET LOCAL session_replication_role = replica' });
      for (const text of corruption) await transaction.query({ text });
      const findings: Invariant[] = [];
      for (const [invariant, text] of Object.entries(auditQueries)) {
        if ((await transaction.query({ text })).length > 0) findings.push(invariant as Invariant);
      }
      invariants = findings;
      throw rollback;
    });
  await expect(inside()).rejects.toBe(rollback);
  return invariants;
}

function runAudit(): { readonly status: number | null; readonly stdout: string } {
  const env = { ...bareEnvironment(), DATABASE_URL: world.url };
  return spawnSync(process.execPath, ['--import', 'tsx', 'infra/cli/audit.ts'], { env, encoding: 'utf8' });
}

describe('audit', () => {
  const transfer = (key: string, debit: string, credit: string, request = 'NULL'): string =>
    `INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, request_id, reason)
     VALUES ('${key}', '${debit}', '${credit}', 1, ${request}, 'planted')`;

  const planted: readonly (readonly [Invariant, () => readonly string[]])[] = [
    [
      'an account has been funded by its transfers',
      () => [`UPDATE ledger.accounts SET credits_posted = credits_posted + 1 WHERE id = '${account}'`],
    ],
    [
      'an account has spent what was charged to it',
      () => [`UPDATE ledger.accounts SET debits_posted = debits_posted - 1 WHERE id = '${account}'`],
    ],
    [
      'an account holds what is held and not resolved',
      () => [`UPDATE ledger.accounts SET debits_pending = 0 WHERE id = '${account}'`],
    ],
    [
      'no account is spent and held beyond its credits',
      () => [
        'ALTER TABLE ledger.accounts DROP CONSTRAINT never_overdrawn',
        `UPDATE ledger.accounts SET credits_posted = debits_posted WHERE id = '${account}'`,
      ],
    ],
    ['a transfer has two sides, and one of them is the house', () => [transfer('planted', account, 'credits:nobody')]],
    ['a hold belongs to a request and is of its amount', () => [`UPDATE ledger.holds SET amount = amount + 1`]],
    ['a running request has an open hold', () => [`DELETE FROM ledger.holds WHERE request_id = '${running}'`]],
    ['an ended request holds nothing', () => [`DELETE FROM ledger.resolutions WHERE request_id = '${released}'`]],
    [
      'a settled request was posted what it says, within its hold',
      () => [`UPDATE requests.requests SET charged = charged - 1 WHERE id = '${settled}'`],
    ],
    [
      'a settled request was posted what it says, within its hold',
      () => [
        `UPDATE requests.requests SET charged = held + 1 WHERE id = '${settled}'`,
        `UPDATE ledger.resolutions SET posted = ${heldNanoUsd + 1n} WHERE request_id = '${settled}'`,
      ],
    ],
    [
      'a released or refused request was charged nothing',
      () => [`UPDATE ledger.resolutions SET posted = 1 WHERE request_id = '${released}'`],
    ],
    [
      'each account of a hold is charged what was posted, once',
      () => [transfer('charge:twice', account, 'house:revenue', `'${settled}'`)],
    ],
    [
      'each account of a hold is charged what was posted, once',
      () => [`DELETE FROM ledger.transfers WHERE key LIKE 'charge:${settled}:%'`],
    ],
    [
      'the house bears what went beyond a hold',
      () => [`DELETE FROM ledger.transfers WHERE key = 'overshoot:${settled}'`],
    ],
    [
      'credit with a time of its own adds up to what was credited',
      () => [`UPDATE ledger.credit_lots SET amount = amount + 1 WHERE account_id = '${account}'`],
    ],
    [
      'no request is refunded more than it was charged',
      () => [
        `INSERT INTO ledger.transfers (key, debit_account_id, credit_account_id, amount, reason, refunded_request_id)
         VALUES ('planted', 'house:refunds', '${account}', 2000001, 'planted', '${settled}')`,
      ],
    ],
    [
      'the windows of a budget do not overlap',
      () =>
        [1, 2].map(
          (number) =>
            `INSERT INTO ledger.accounts (id, kind, scope, budget_id, window_start, window_end)
             VALUES ('budget:planted:${number}', 'budget', 'key:planted', 'planted', '-infinity', 'infinity')`,
        ),
    ],
    [
      'an ended request has one usage record, of its charge',
      () => [`DELETE FROM usage.records WHERE request_id = '${released}'`],
    ],
    [
      'an ended request has one usage record, of its charge',
      () => [`UPDATE usage.records SET cost = cost + 1 WHERE request_id = '${settled}'`],
    ],
    [
      'an ended request has one usage record, of its charge',
      () => [
        `UPDATE usage.records SET ended_at = ended_at - interval '40 days' WHERE request_id = '${settled}'`,
        `SELECT usage.record('${settled}')`,
      ],
    ],
    [
      'a usage record counts what its units say',
      () => [`UPDATE usage.records SET input = 1, units = '{}' WHERE request_id = '${settled}'`],
    ],
    [
      'the usage of an organisation costs what it was charged',
      () => [`UPDATE usage.records SET organization_id = 'org_other' WHERE request_id = '${settled}'`],
    ],
  ];
  it.each(planted)('finds where it is not so that %s', async (invariant, corruption) => {
    expect(await findingsAfter(...corruption())).toContain(invariant);
  });

  it('is an operator’s command that names what is broken and exits with 1', async () => {
    expect(runAudit()).toMatchObject({ status: 0, stdout: expect.stringContaining('The books balance.') });
    const corrupt = (sign: string) =>
      world.database.query({
        text: `UPDATE ledger.accounts SET credits_posted = credits_posted ${sign} 1 WHERE id = '${account}'`,
      });
    await corrupt('+');
    const { status, stdout } = runAudit();
    await corrupt('-');
    expect(status).toBe(1);
    expect(stdout).toContain('BROKEN  an account has been funded by its transfers');
    expect(stdout).toContain(account);
  });

  it('has a planted fault for each invariant', () => {
    expect(new Set(planted.map(([invariant]) => invariant))).toEqual(new Set(Object.keys(auditQueries)));
  });

  it('is refused by Postgres that an account be overdrawn', async () => {
    const text = `UPDATE ledger.accounts SET debits_pending = credits_posted + 1 WHERE id = '${account}'`;
    await expect(world.database.query({ text })).rejects.toThrow('never_overdrawn');
  });

  it.each(['holds', 'resolutions', 'transfers'])('cannot be led astray by a change of %s', async (table) => {
    for (const text of [
      `UPDATE ledger.${table} SET created_at = now()`,
      `DELETE FROM ledger.${table}`,
      `TRUNCATE ledger.${table} CASCADE`,
    ]) {
      await expect(world.database.query({ text })).rejects.toThrow('append-only');
    }
  });
});
