import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AccountBalance, ApiKeySummary, ProjectSummary } from '../../workflows/contracts/ports.js';
import { toUsd } from '../usd.js';

export function renderList(data: readonly JsonObject[]): JsonObject {
  return { object: 'list', data, has_more: false };
}

export function renderProject({ id, name, createdAt, budget }: ProjectSummary): JsonObject {
  return {
    id,
    object: 'organization.project',
    name,
    created_at: toSeconds(createdAt),
    status: 'active',
    budget: budget ? renderBalance(budget) : null,
  };
}

/** `key` is there only in the answer to its creation. */
export function renderApiKey(summary: ApiKeySummary & { readonly key?: string }): JsonObject {
  return {
    id: summary.id,
    object: 'organization.project.api_key',
    project_id: summary.projectId,
    name: summary.name,
    redacted_value: summary.hint,
    created_at: toSeconds(summary.createdAt),
    revoked_at: summary.revokedAt === undefined ? null : toSeconds(summary.revokedAt),
    ...(summary.key !== undefined && { value: summary.key }),
  };
}

/** Exact decimals of USD; `available` is credited minus spent minus held. */
export function renderBalance(balance: AccountBalance): JsonObject {
  return {
    id: balance.accountId,
    object: 'organization.balance',
    kind: balance.kind,
    scope: balance.scope,
    credited_usd: toUsd(balance.creditedNanoUsd),
    spent_usd: toUsd(balance.spentNanoUsd),
    held_usd: toUsd(balance.heldNanoUsd),
    available_usd: toUsd(balance.availableNanoUsd),
  };
}

function toSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
