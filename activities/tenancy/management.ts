import type { ApiKeySummary, Management } from '../../workflows/contracts/ports.js';
import type { Database, Queryable } from '../storage/database.js';
import { hashKey, hintOf, mintKey, newId } from './api-keys.js';
import { readBalances } from './balances.js';
import { createProject, listProjects } from './projects.js';

interface KeyRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly hint: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const columns = 'id, project_id, name, hint, created_at, revoked_at';

/** Projects, keys and balances of an organisation. Ids of another organisation are treated as unknown. */
export function createManagement(deps: { readonly database: Database; readonly pepper: Buffer }): Management {
  const { database, pepper } = deps;
  return {
    createProject: (organizationId, project) => createProject(database, organizationId, project),
    listProjects: (organizationId) => listProjects(database, organizationId),
    createKey: async (organizationId, projectId, name) => {
      const key = mintKey('inference');
      const [row] = await database.query<KeyRow>({
        text: `INSERT INTO tenancy.api_keys (id, organization_id, project_id, kind, name, hash, hint)
               SELECT $1, p.organization_id, p.id, 'inference', $4, $5, $6 FROM tenancy.projects p
               WHERE p.organization_id = $2 AND p.id = $3 AND p.archived_at IS NULL RETURNING ${columns}`,
        values: [newId('key'), organizationId, projectId, name, hashKey(pepper, key), hintOf(key)],
      });
      return row && { ...toSummary(row), key };
    },
    listKeys: async (organizationId, projectId) => {
      if (!(await projectExists(database, organizationId, projectId))) return undefined;
      const rows = await database.query<KeyRow>({
        text: `SELECT ${columns} FROM tenancy.api_keys WHERE organization_id = $1 AND project_id = $2 ORDER BY created_at, id`,
        values: [organizationId, projectId],
      });
      return rows.map(toSummary);
    },
    revokeKey: async (organizationId, projectId, keyId) => {
      const rows = await database.query({
        text: `UPDATE tenancy.api_keys SET revoked_at = coalesce(revoked_at, now())
               WHERE organization_id = $1 AND project_id = $2 AND id = $3 RETURNING 1`,
        values: [organizationId, projectId, keyId],
      });
      return rows.length === 1;
    },
    balances: async (organizationId) => readBalances(database, await scopesOf(database, organizationId)),
  };
}

async function projectExists(database: Queryable, organizationId: string, projectId: string): Promise<boolean> {
  const rows = await database.query({
    text: 'SELECT 1 FROM tenancy.projects WHERE organization_id = $1 AND id = $2 AND archived_at IS NULL',
    values: [organizationId, projectId],
  });
  return rows.length === 1;
}

/** Every scope of the organisation that can have an account. */
async function scopesOf(database: Queryable, organizationId: string): Promise<readonly string[]> {
  const rows = await database.query<{ scope: string }>({
    text: `SELECT 'organization:' || $1::text AS scope
           UNION ALL SELECT 'project:' || id FROM tenancy.projects WHERE organization_id = $1
           UNION ALL SELECT 'key:' || id FROM tenancy.api_keys WHERE organization_id = $1`,
    values: [organizationId],
  });
  return rows.map(({ scope }) => scope);
}

function toSummary(row: KeyRow): ApiKeySummary {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
  };
}
