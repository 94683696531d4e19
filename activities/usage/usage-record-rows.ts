import type { KeyMode } from '../../workflows/contracts/access.js';
import type { Tags, UsageOutcome, UsageRecord } from '../../workflows/contracts/usage-reports.js';
import type { UnitCounts, Usage } from '../../workflows/contracts/usage.js';
import { formatNano } from '../../workflows/domain/money.js';

/** A row of `usage.records`, as the columns below select it. */
export interface UsageRecordRow {
  readonly [column: string]: unknown;
  readonly ended_at: Date;
  readonly request_id: string;
  readonly team_ids: readonly string[];
  readonly project_id: string;
  readonly user_id: string | null;
  readonly service_account_id: string | null;
  readonly key_id: string;
  readonly mode: KeyMode;
  readonly kind: string;
  readonly stream: boolean;
  readonly batch: boolean;
  readonly models: readonly string[];
  readonly vendor: string | null;
  readonly model: string | null;
  readonly offer_id: string | null;
  readonly attempts: number;
  readonly outcome: UsageOutcome;
  readonly failure_class: string | null;
  readonly refusal_code: string | null;
  readonly units: UnitCounts;
  readonly usage_source: Usage['source'];
  readonly latency_ms: bigint;
  readonly first_token_ms: number | null;
  readonly duration_ms: number | null;
  readonly cost: bigint;
  readonly upstream_cost: bigint;
  readonly is_byok: boolean;
  readonly credential_id: string | null;
  readonly held: bigint;
  readonly tags: Tags;
  readonly stated_cost: string | null;
}

export const usageRecordColumns = `
  u.ended_at, u.request_id, u.team_ids, u.project_id, u.user_id, u.service_account_id, u.key_id, u.mode, u.kind, u.stream,
  u.batch, u.models, u.vendor, u.model, u.offer_id, u.attempts, u.outcome, u.failure_class, u.refusal_code, u.units,
  u.usage_source, u.latency_ms, u.first_token_ms, u.duration_ms, u.cost, u.upstream_cost, u.held, u.tags,
  u.is_byok, u.credential_id, u.stated_cost::text`;

export function toUsageRecord(row: UsageRecordRow): UsageRecord {
  return {
    requestId: row.request_id,
    endedAt: row.ended_at.toISOString(),
    teamIds: row.team_ids,
    projectId: row.project_id,
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.service_account_id !== null && { serviceAccountId: row.service_account_id }),
    keyId: row.key_id,
    mode: row.mode,
    kind: row.kind,
    stream: row.stream,
    batch: row.batch,
    models: row.models,
    ...(row.vendor !== null && { vendor: row.vendor }),
    ...(row.model !== null && { model: row.model }),
    ...(row.offer_id !== null && { offerId: row.offer_id }),
    attempts: row.attempts,
    outcome: row.outcome,
    ...(row.failure_class !== null && { failureClass: row.failure_class }),
    ...(row.refusal_code !== null && { refusalCode: row.refusal_code }),
    units: row.units,
    usageSource: row.usage_source,
    latencyMs: Number(row.latency_ms),
    ...(row.first_token_ms !== null && { firstTokenMs: row.first_token_ms }),
    ...(row.duration_ms !== null && { durationMs: row.duration_ms }),
    costNanoUsd: formatNano(row.cost),
    upstreamCostNanoUsd: formatNano(row.upstream_cost),
    isByok: row.is_byok,
    ...(row.credential_id !== null && { credentialId: row.credential_id }),
    heldNanoUsd: formatNano(row.held),
    tags: row.tags,
    ...(row.stated_cost !== null && { statedUsd: row.stated_cost }),
  };
}
