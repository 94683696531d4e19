import type {
  RateLimit,
  RateLimitPeriod,
  RateLimitScope,
  RateLimitUnit,
} from '../../workflows/contracts/rate-limits.js';

export interface LimitRow {
  readonly id: string;
  readonly organization_id: string;
  readonly scope_type: RateLimitScope['type'];
  readonly scope_id: string;
  readonly model: string | null;
  readonly unit: RateLimitUnit;
  readonly period: RateLimitPeriod | null;
  readonly amount: bigint;
  readonly created_at: Date;
}

export const limitColumns = 'id, organization_id, scope_type, scope_id, model, unit, period, amount, created_at';

export function toRateLimit(row: LimitRow): RateLimit {
  return {
    id: row.id,
    organizationId: row.organization_id,
    scope: { type: row.scope_type, id: row.scope_id },
    ...(row.model !== null && { model: row.model }),
    unit: row.unit,
    ...(row.period !== null && { period: row.period }),
    // At most 10^12, which a number holds exactly.
    amount: Number(row.amount),
    createdAt: row.created_at.toISOString(),
  };
}
