import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type {
  NewRoutingPolicy,
  PolicyPlace,
  RoutingPolicies,
  RoutingPolicy,
  RoutingPolicyDefinition,
  RoutingPolicyVersion,
} from '../../workflows/contracts/routing-policies.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import type { Notifications } from '../storage/notifications.js';
import { readPage } from '../storage/page.js';
import { requireProject } from '../storage/require-project.js';
import { storableJson } from '../storage/storable-json.js';
import { createAppliedPolicies } from './applied-policies.js';
import {
  findPolicy,
  policyColumns,
  type PolicyRow,
  toPolicy,
  toVersion,
  versionColumns,
  type VersionRow,
} from './policy-rows.js';

/** A policy has few versions, and all of them are shown at once. */
const MAX_VERSIONS_SHOWN = 100;

/** The routing policies of organisations and projects: versions that never change, of which one a scope is in force. */
export function createRoutingPolicies(deps: {
  readonly database: Database;
  readonly notifications: Notifications;
  readonly audit: Pick<AuditTrail, 'entry'>;
}): RoutingPolicies {
  const { database, audit } = deps;
  const applied = createAppliedPolicies(deps);
  const change = <T>(
    by: ActingRequest,
    at: PolicyPlace,
    make: (transaction: Queryable, before: RoutingPolicy) => Promise<T>,
  ) =>
    database.transaction(async (transaction) =>
      make(transaction, await findPolicy(transaction, by.organizationId, at, 'FOR UPDATE')),
    );
  return {
    applied,
    create: (by, policy) =>
      database.transaction(async (transaction) => {
        if (policy.projectId !== undefined) await requireProject(transaction, by.organizationId, policy.projectId);
        const created = await insertPolicy(transaction, by, policy);
        await insertVersion(transaction, by, created.id, 1, policy.definition);
        const after = { ...shown(created), definition: shownDefinition(policy.definition) };
        await transaction.query(audit.entry(by, { type: 'routing_policy.created', ...about(created), after }));
        return created;
      }),
    get: (organizationId, at) => findPolicy(database, organizationId, at),
    list: async (organizationId, { projectId, ...query }) => {
      const values = [organizationId, projectId ?? null];
      const where = 'organization_id = $1 AND project_id IS NOT DISTINCT FROM $2';
      return readPage<PolicyRow & Record<string, unknown>, RoutingPolicy>(
        database,
        {
          rows: { text: `SELECT ${policyColumns} FROM routing.policies WHERE ${where} AND removed_at IS NULL`, values },
          cursors: { text: `SELECT id, created_at FROM routing.policies WHERE ${where}`, values },
          toItem: toPolicy,
        },
        query,
      );
    },
    addVersion: (by, at, definition) =>
      change(by, at, async (transaction, before) => {
        const version = before.latestVersion + 1;
        const added = await insertVersion(transaction, by, before.id, version, definition);
        await transaction.query({
          text: 'UPDATE routing.policies SET latest_version = $2 WHERE id = $1',
          values: [before.id, version],
        });
        const after = { version, definition: shownDefinition(definition) };
        await transaction.query(audit.entry(by, { type: 'routing_policy.version.created', ...about(before), after }));
        return added;
      }),
    versions: async (organizationId, at) => {
      const { id } = await findPolicy(database, organizationId, at);
      const rows = await database.query<VersionRow & Record<string, unknown>>({
        text: `SELECT ${versionColumns} FROM routing.policy_versions WHERE policy_id = $1
               ORDER BY version DESC LIMIT ${MAX_VERSIONS_SHOWN}`,
        values: [id],
      });
      return rows.map(toVersion);
    },
    activate: (by, at, version) =>
      change(by, at, async (transaction, before) => {
        const after = await activate(transaction, by.organizationId, before, version);
        await transaction.query(
          audit.entry(by, {
            ...{ type: 'routing_policy.updated', ...about(before), before: shown(before), after: shown(after) },
          }),
        );
        return after;
      }),
    remove: (by, at) =>
      change(by, at, async (transaction, before) => {
        await transaction.query({
          text: 'UPDATE routing.policies SET active_version = NULL, removed_at = now() WHERE id = $1',
          values: [before.id],
        });
        const entry = { type: 'routing_policy.deleted', ...about(before), before: shown(before) };
        await transaction.query(audit.entry(by, entry));
      }),
  };
}

async function insertPolicy(
  transaction: Queryable,
  { organizationId }: ActingRequest,
  { name, projectId }: NewRoutingPolicy,
): Promise<RoutingPolicy> {
  const [row] = await transaction.query<PolicyRow & Record<string, unknown>>({
    text: `INSERT INTO routing.policies (id, organization_id, project_id, name) VALUES ($1, $2, $3, $4)
           RETURNING ${policyColumns}`,
    values: [newId('rp'), organizationId, projectId ?? null, name],
  });
  return toPolicy(row as PolicyRow);
}

async function insertVersion(
  transaction: Queryable,
  { keyId, userId }: ActingRequest,
  policyId: string,
  version: number,
  definition: RoutingPolicyDefinition,
): Promise<RoutingPolicyVersion> {
  const [row] = await transaction.query<VersionRow & Record<string, unknown>>({
    text: `INSERT INTO routing.policy_versions (policy_id, version, definition, key_id, user_id)
           VALUES ($1, $2, $3, $4, $5) RETURNING ${versionColumns}`,
    values: [policyId, version, storableJson(definition), keyId, userId ?? null],
  });
  return toVersion(row as VersionRow);
}

/** The scope's other policies make room in the same statement's transaction, so that never two are in force. */
async function activate(
  transaction: Queryable,
  organizationId: string,
  policy: RoutingPolicy,
  version: number | undefined,
): Promise<RoutingPolicy> {
  if (version !== undefined && version > policy.latestVersion) {
    const message = `There is no version ${version} of this policy. Its latest is ${policy.latestVersion}.`;
    throw refuse('invalid_request', message, { param: 'version' });
  }
  if (version !== undefined) {
    await transaction.query({
      text: `UPDATE routing.policies SET active_version = NULL
             WHERE organization_id = $1 AND project_id IS NOT DISTINCT FROM $2 AND id <> $3 AND active_version IS NOT NULL`,
      values: [organizationId, policy.projectId ?? null, policy.id],
    });
  }
  const [row] = await transaction.query<PolicyRow & Record<string, unknown>>({
    text: `UPDATE routing.policies SET active_version = $2 WHERE id = $1 RETURNING ${policyColumns}`,
    values: [policy.id, version ?? null],
  });
  return toPolicy(row as PolicyRow);
}

function about({ id, projectId }: RoutingPolicy) {
  return { objectId: id, ...(projectId !== undefined && { projectId }) };
}

/** What the audit log says of a policy. */
function shown({ name, activeVersion, latestVersion }: RoutingPolicy): JsonObject {
  return { name, active_version: activeVersion ?? null, latest_version: latestVersion };
}

function shownDefinition(definition: RoutingPolicyDefinition): JsonObject {
  // It came from JSON, and is stored as such.
  return JSON.parse(JSON.stringify(definition)) as JsonObject;
}
