import type { Queryable } from '../storage/database.js';

/**
 * Closes the windows of budgets that are over, and takes away credit whose time is over. Each a transaction of its own: they
 * lock accounts, and whoever waits for one should not wait for the other.
 */
export async function sweepMoney(database: Queryable): Promise<void> {
  await database.query({ text: 'SELECT ledger.close_past_windows()' });
  await database.query({ text: 'SELECT ledger.expire_credits()' });
}
