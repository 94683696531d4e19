import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../../runtime/config.js';
import { TourFault } from './fault.js';
import { expectThat, type Tour } from './tour.js';

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
const decimals = 9;

export async function showLedger(tour: Tour): Promise<void> {
  const { screen, client, ended } = tour;
  screen.headline(
    'The ledger',
    'Every request of this tour, what it was charged, what the accounts say, and whether the books balance.',
  );
  for (const { id, models, status, cost_usd: cost } of ended)
    screen.say(`  ${id}  ${status.padEnd(9)}  ${(cost ?? '').padStart(11)}  ${models.join(', ')}`);
  screen.say('');

  const balances = await client.balances();
  for (const { scope, credited_usd: credited, spent_usd: spent, held_usd: held } of balances)
    screen.say(`  ${scope.padEnd(40)}  ${spent.padStart(11)} of ${credited} USD spent, ${held} held`);
  expectThat(
    tour,
    balances.every((balance) => balance.held_usd === '0'),
    'Nothing is held anywhere.',
  );
  const total = ended.reduce((sum, record) => sum + toNano(record.cost_usd ?? '0'), 0n);
  const credits = balances.find((balance) => balance.kind === 'credits');
  if (credits === undefined) throw new TourFault('The organisation has no credits.');
  expectThat(
    tour,
    total === toNano(credits.spent_usd),
    `The organisation has spent ${credits.spent_usd} USD, which is what the requests cost together.`,
  );

  screen.say('\nnpm run audit\n');
  const { code, output } = await runAudit(tour.stack.databaseUrl);
  for (const line of output.trim().split('\n')) screen.say(`  ${line}`);
  expectThat(tour, code === 0, 'The audit found nothing.');
}

/** As `npm run audit` does, on the tour's own database. */
function runAudit(databaseUrl: string): Promise<{ code: number; output: string }> {
  const env = { ...bareEnvironment(), SLUICE_ENV_FILE: 'off', DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'infra/cli/audit.ts'],
      { cwd: projectRoot, env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
    );
  });
}

/** Exact decimals of USD as whole 1e-9 USD, to be added up without loss. */
function toNano(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}
