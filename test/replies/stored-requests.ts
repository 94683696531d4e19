import { finishRow, type Finish, reserveRow } from '../../activities/ledger/request-rows.js';
import { candidate } from '../../activities/model-calls/test-requests.js';
import type { Database } from '../../activities/storage/database.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { Candidate, RequestInput } from '../../workflows/contracts/requests.js';
import type { GatewayProcess } from './gateway-process.js';

/** Lets every request of these tests be held for. */
export async function grantCredit(database: Database): Promise<void> {
  await database.query({
    text: `INSERT INTO ledger.accounts (id, kind, scope) VALUES ('account:test', 'credits', 'organization:org_test')`,
  });
  await database.query({
    text: `SELECT ledger.credit('grant:test', 'account:test', 'house:grants', 1000000000000, 'test')`,
  });
}

/** A request with its plan and its hold, as the step before the first attempt leaves it. */
export async function reserve(
  database: Database,
  request: RequestInput,
  heldNanoUsd = 2_400_000n,
  planned: Candidate = candidate,
): Promise<void> {
  const decision = { move: 'hold', candidates: [planned], amountNanoUsd: heldNanoUsd } as const;
  const row = await reserveRow(database, request, decision);
  if (row.state !== 'reserved') throw new Error(`the request is ${row.state}`);
}

/** Ends a request; nobody waits for it elsewhere unless told so. */
export async function end(
  database: Database,
  request: RequestInput,
  finish: Partial<Pick<Finish, 'state' | 'attempt' | 'elsewhere'>> = {},
): Promise<void> {
  await finishRow(database, { request, state: 'released', elsewhere: false, ...finish });
}

/** Content with a row of its own, by which every process can read it and seal under its key. */
export async function store(
  { database, rows }: GatewayProcess,
  request: RequestInput,
  call: Call,
  expiresAtMs = Date.now() + 3_600_000,
): Promise<void> {
  if (request.retention === 'kept') await rows.putKept(database, request.requestId, call, expiresAtMs);
  else await rows.putInteractive(request.requestId, call);
}
