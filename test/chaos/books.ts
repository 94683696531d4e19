import { audit } from '../../activities/ledger/audit.js';
import { createDatabase } from '../../activities/storage/database.js';
import type { Violation } from './facts.js';
import { readRequests } from './records.js';
import { until } from './until.js';
import type { World } from './world.js';

/** All that was accepted has ended, in Postgres and in Temporal. */
export function quiet(world: World, accepted: number): Promise<void> {
  return until(
    'every request and workflow to end',
    async () => {
      const requests = await readRequests(world);
      const open = requests.filter(({ ended }) => !ended).map(({ id, state }) => `${id} ${state}`);
      const { count } = await world.temporal.workflow.count(`ExecutionStatus = 'Running'`);
      if (open.length === 0 && count === 0 && requests.length >= accepted) return true;
      return { pending: `${requests.length} rows, open: ${open.join(', ')}; ${count} workflows run` };
    },
    90_000,
  );
}

/** The books as a whole: they balance, and nothing is held. */
export async function auditBooks({
  stack,
  database,
}: {
  readonly stack: Pick<World['stack'], 'databaseUrl'>;
  readonly database: World['database'];
}): Promise<readonly Violation[]> {
  const books = createDatabase({ url: stack.databaseUrl, connections: 1, onError: () => undefined });
  try {
    const findings = await audit(books);
    const held = await database.query<{ id: string; held: bigint }>(
      'SELECT id, debits_pending AS held FROM ledger.accounts WHERE debits_pending <> 0',
      [],
    );
    return [
      ...findings.map((finding) => ({ about: 'audit', what: JSON.stringify(finding) })),
      ...held.map(({ id, held: amount }) => ({ about: id, what: `still holds ${amount}` })),
    ];
  } finally {
    await books.close();
  }
}
