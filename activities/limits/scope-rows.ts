import type { RateLimitScope } from '../../workflows/contracts/rate-limits.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { requireProject } from '../storage/require-project.js';

/** Gives the project that the scope is or belongs to. Throws where the scope is none of the organisation's. */
export async function requireScope(
  database: Queryable,
  organizationId: string,
  { type, id }: RateLimitScope,
): Promise<string | undefined> {
  const param = 'scope.id';
  switch (type) {
    case 'organization':
      if (id === organizationId) return undefined;
      throw refuse('not_found', `There is no organisation of this id for this key: its own is ${organizationId}.`, {
        param,
      });
    case 'project':
      await requireProject(database, organizationId, id, param);
      return id;
    case 'key': {
      const [key] = await database.query<{ readonly project_id: string }>({
        text: `SELECT project_id FROM tenancy.api_keys
               WHERE organization_id = $1 AND id = $2 AND kind = 'inference' AND revoked_at IS NULL`,
        values: [organizationId, id],
      });
      if (key) return key.project_id;
      throw refuse('key_not_found', 'There is no API key of this id in the projects of your organisation.', { param });
    }
  }
}
