import type { RequestOrigin } from '../../workflows/contracts/access.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';

/**
 * How often a minute an invitation may be tried in vain: from one address, and by everybody together, in all processes. A
 * token has 256 bits: this keeps whoever guesses from costing more than they can win.
 */
const TRIES_A_MINUTE = { each: 20, all: 600 };

/** @throws RefusalError `rate_limit_exceeded`, before anything of the token is looked up. */
export async function takeTry(database: Queryable, from: RequestOrigin): Promise<void> {
  const [row] = await database.query<{ readonly may: boolean }>({
    text: 'SELECT tenancy.take_invite_try($1, $2, $3) AS may',
    values: [addressOf(from), TRIES_A_MINUTE.each, TRIES_A_MINUTE.all],
  });
  if (row?.may) return;
  throw refuse('rate_limit_exceeded', 'Too many invitations were tried in vain. Try again in a minute.');
}

/** Of a try that succeeded, in the transaction in which it did: who invites many people at once is not stopped. */
export async function giveBackTry(transaction: Queryable, from: RequestOrigin): Promise<void> {
  await transaction.query({ text: 'SELECT tenancy.give_back_invite_try($1)', values: [addressOf(from)] });
}

function addressOf({ ipAddress }: RequestOrigin): string {
  return ipAddress ?? 'unknown';
}
