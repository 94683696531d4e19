import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type {
  NewPriceOverride,
  OperatorOffers,
  PriceOverride,
  PriceOverrides,
} from '../../workflows/contracts/catalogue.js';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { priceColumns, type PriceRow, toPriceOverride } from './price-rows.js';

/** The prices that the operator sets; how they come into force in every process is `live-catalogue.ts`. */
export function createPriceOverrides(deps: {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly offers: Pick<OperatorOffers, 'find'>;
}): PriceOverrides {
  const { database, audit, offers } = deps;
  return {
    set: async (by, override) => {
      // Also one that cannot be called yet: its prices may be agreed on before its vendor is configured.
      await offers.find(override.offerId);
      return database.transaction(async (transaction) => {
        const before = await findLast(transaction, override.offerId);
        const after = await insert(transaction, by, override);
        await transaction.query(
          audit.entry(by, {
            ...{ type: 'price.updated', objectId: override.offerId, after: shown(after) },
            ...(before && { before: shown(before) }),
          }),
        );
        return after;
      });
    },
    list: ({ offerId, ...query }) =>
      readPage<PriceRow & Record<string, unknown>, PriceOverride>(
        database,
        {
          rows: {
            text: `SELECT ${priceColumns} FROM catalogue.price_overrides WHERE $1::text IS NULL OR offer_id = $1`,
            values: [offerId ?? null],
          },
          cursors: { text: 'SELECT id, created_at FROM catalogue.price_overrides' },
          toItem: toPriceOverride,
        },
        query,
      ),
  };
}

async function findLast(transaction: Queryable, offerId: string): Promise<PriceOverride | undefined> {
  const [row] = await transaction.query<PriceRow & Record<string, unknown>>({
    text: `SELECT ${priceColumns} FROM catalogue.price_overrides WHERE offer_id = $1 ORDER BY sequence DESC LIMIT 1`,
    values: [offerId],
  });
  return row && toPriceOverride(row);
}

async function insert(
  transaction: Queryable,
  by: ActingRequest,
  { offerId, prices, reason, effectiveFrom }: NewPriceOverride,
): Promise<PriceOverride> {
  // The order of the sequence is the order in which prices replace each other: two at once take turns.
  await transaction.query({ text: 'LOCK TABLE catalogue.price_overrides IN SHARE ROW EXCLUSIVE MODE' });
  const [row] = await transaction.query<PriceRow & Record<string, unknown>>({
    // By the database's clock, which all processes share, and in the past for nobody.
    text: `INSERT INTO catalogue.price_overrides
             (id, offer_id, prices, reason, effective_from, organization_id, key_id, user_id, created_at)
           SELECT $1, $2, $3::jsonb, $4, coalesce($5, clock_timestamp()), $6, $7, $8, clock_timestamp()
           WHERE $5::timestamptz IS NULL OR $5 > clock_timestamp()
           RETURNING ${priceColumns}`,
    values: [
      ...[newId('price'), offerId, prices === undefined ? null : JSON.stringify(prices), reason],
      ...[effectiveFrom ?? null, by.organizationId, by.keyId, by.userId ?? null],
    ],
  });
  if (row) return toPriceOverride(row);
  throw refuse('invalid_request', "'effective_from' is in the past. Leave it out for prices that count at once.", {
    param: 'effective_from',
  });
}

/** What the audit log says of prices. */
function shown({ prices, reason, effectiveFrom }: PriceOverride): JsonObject {
  const told = prices && Object.fromEntries(Object.entries(prices).map(([unit, price]) => [unit, { ...price }]));
  return { prices: told ?? null, reason, effective_from: effectiveFrom };
}
