import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from './database.js';

/**
 * That a project of the organisation is in use: asked by every family whose rows belong to projects, so that all mean the same.
 * @throws RefusalError `project_not_found` for projects of others and for archived ones too; `param` where the id is in a body.
 */
export async function requireProject(
  database: Queryable,
  organizationId: string,
  projectId: string,
  param?: string,
): Promise<void> {
  const found = await database.query({
    text: 'SELECT 1 FROM tenancy.projects WHERE organization_id = $1 AND id = $2 AND archived_at IS NULL',
    values: [organizationId, projectId],
  });
  if (found.length === 0) throw refuse('project_not_found', '', param === undefined ? {} : { param });
}
