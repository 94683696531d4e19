import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import type { Transfer } from '../../workflows/contracts/credits.js';
import { formatNano } from '../../workflows/domain/money.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';

interface TransferRow {
  readonly id: bigint;
  readonly key: string;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly amount: bigint;
  readonly request_id: string | null;
  readonly refunded_request_id: string | null;
  readonly reason: string;
  readonly created_at: Date;
}

const columns =
  'id, key, debit_account_id, credit_account_id, amount, request_id, refunded_request_id, reason, created_at';

export async function findTransfer(database: Queryable, accountId: string, key: string): Promise<Transfer> {
  const [row] = await database.query<TransferRow & Record<string, unknown>>({
    text: `SELECT ${columns} FROM ledger.transfers WHERE key = $1`,
    values: [key],
  });
  if (!row) throw new Error('a transfer that was just made is not there');
  return toTransfer(row, accountId);
}

/** The book of one account. Transfers are numbered, so that a page needs no more than the number of its last one. */
export async function listTransfers(
  database: Queryable,
  organizationId: string,
  accountId: string,
  { after, before, limit, order }: PageQuery,
): Promise<Page<Transfer>> {
  await requireAccount(database, organizationId, accountId);
  const backwards = before !== undefined && after === undefined;
  const descending = (order === 'desc') !== backwards;
  const rows = await database.query<TransferRow & Record<string, unknown>>({
    text: `SELECT ${columns} FROM ledger.transfers
           WHERE (debit_account_id = $1 OR credit_account_id = $1)
             AND ($2::bigint IS NULL OR id ${order === 'desc' ? '<' : '>'} $2)
             AND ($3::bigint IS NULL OR id ${order === 'desc' ? '>' : '<'} $3)
           ORDER BY id ${descending ? 'DESC' : 'ASC'} LIMIT $4`,
    values: [accountId, toNumber('after', after), toNumber('before', before), limit + 1],
  });
  const page = rows.slice(0, limit);
  if (backwards) page.reverse();
  return { data: page.map((row) => toTransfer(row, accountId)), hasMore: rows.length > limit };
}

/** Accounts of an organisation are those of its scopes, closed ones included. */
async function requireAccount(database: Queryable, organizationId: string, accountId: string): Promise<void> {
  const found = await database.query({
    text: `SELECT 1 FROM ledger.accounts a LEFT JOIN ledger.budgets b ON b.id = a.budget_id
           WHERE a.id = $2 AND (b.organization_id = $1 OR a.scope = 'organization:' || $1
             OR a.scope IN (SELECT 'project:' || id FROM tenancy.projects WHERE organization_id = $1))`,
    values: [organizationId, accountId],
  });
  if (found.length === 0) throw refuse('account_not_found');
}

function toNumber(param: 'after' | 'before', id: string | undefined): string | null {
  if (id === undefined) return null;
  const number = /^transfer_(\d{1,18})$/.exec(id)?.[1];
  if (number === undefined) throw refuse('invalid_request', `'${param}' is not the id of a transfer.`, { param });
  return number;
}

function toTransfer(row: TransferRow, accountId: string): Transfer {
  const isIn = row.credit_account_id === accountId;
  const requestId = row.request_id ?? row.refunded_request_id;
  return {
    id: `transfer_${row.id}`,
    key: row.key,
    accountId,
    amountNanoUsd: formatNano(isIn ? row.amount : -row.amount),
    counterpart: isIn ? row.debit_account_id : row.credit_account_id,
    reason: row.reason,
    ...(requestId !== null && { requestId }),
    createdAt: row.created_at.toISOString(),
  };
}
