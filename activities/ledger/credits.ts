import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { CreditMovement, Credits, PaymentAdapter, Transfer } from '../../workflows/contracts/credits.js';
import { parseNano } from '../../workflows/domain/money.js';
import type { Database, Query, Queryable } from '../storage/database.js';
import { type FundingResult, requireFunded } from './funding-results.js';
import { findTransfer, listTransfers } from './transfers.js';

export interface CreditDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly payments: PaymentAdapter;
}

/** An operator's word that a payment has arrived; adapters of payment services ask the service. */
export const manualPayments: PaymentAdapter = { name: 'manual', confirm: () => Promise.resolve() };

/** The movements of an organisation's credit. Each stands under a key of the caller's, so that a second try changes nothing. */
export function createCredits({ database, audit, payments }: CreditDependencies): Credits {
  const move = (
    by: ActingRequest,
    type: string,
    movement: CreditMovement,
    statement: (key: string, accountId: string, amount: bigint) => Query,
  ): Promise<Transfer> =>
    database.transaction(async (transaction) => {
      const accountId = creditAccountOf(by.organizationId);
      await ensureCreditAccount(transaction, by.organizationId);
      const key = transferKey(by.organizationId, type, movement.key);
      const [row] = await transaction.query<{ result: FundingResult }>(
        statement(key, accountId, parseNano(movement.amountNanoUsd)),
      );
      const isFresh = requireFunded(row?.result);
      const transfer = await findTransfer(transaction, accountId, key);
      if (!isFresh) return transfer;
      const { id, amountNanoUsd, reason } = transfer;
      const after = { amountNanoUsd, reason, movement: movement.key };
      await transaction.query(audit.entry(by, { type: `credit.${type}`, objectId: id, after }));
      return transfer;
    });

  return {
    grant: (by, movement) =>
      move(by, 'granted', movement, (key, accountId, amount) => ({
        text: `SELECT ledger.fund($1, $2, 'house:grants', $3, $4, $5) AS result`,
        values: [key, accountId, amount, movement.reason, movement.expiresAt ?? null],
      })),
    deposit: async (by, movement) => {
      await payments.confirm(movement);
      return move(by, 'deposited', movement, (key, accountId, amount) => ({
        text: `SELECT ledger.fund($1, $2, 'house:deposits', $3, $4) AS result`,
        values: [key, accountId, amount, `${movement.reason} (${payments.name}: ${movement.reference})`],
      }));
    },
    adjust: (by, movement) =>
      move(by, 'adjusted', movement, (key, accountId, amount) =>
        amount > 0n
          ? {
              text: `SELECT ledger.fund($1, $2, 'house:adjustments', $3, $4) AS result`,
              values: [key, accountId, amount, movement.reason],
            }
          : {
              text: `SELECT ledger.take_back($1, $2, 'house:adjustments', $3, $4) AS result`,
              values: [key, accountId, -amount, movement.reason],
            },
      ),
    refund: (by, movement) =>
      move(by, 'refunded', movement, (key, accountId, amount) => ({
        text: 'SELECT ledger.refund($1, $2, $3, $4, $5) AS result',
        values: [key, movement.requestId, accountId, amount, movement.reason],
      })),
    transfers: (organizationId, accountId, query) => listTransfers(database, organizationId, accountId, query),
  };
}

export function creditAccountOf(organizationId: string): string {
  return `credits:organization:${organizationId}`;
}

/** The caller's keys are those of one organisation and one kind of movement. */
function transferKey(organizationId: string, type: string, key: string): string {
  return `${type}:${organizationId}:${key}`;
}

async function ensureCreditAccount(transaction: Queryable, organizationId: string): Promise<void> {
  await transaction.query({
    text: `INSERT INTO ledger.accounts (id, kind, scope) VALUES ($1, 'credits', $2) ON CONFLICT DO NOTHING`,
    values: [creditAccountOf(organizationId), `organization:${organizationId}`],
  });
}
