import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Organization, Organizations } from '../../workflows/contracts/tenancy.js';
import { changeRestrictions } from '../../workflows/domain/restrictions.js';
import type { Database, Queryable } from '../storage/database.js';
import {
  describeRestrictions,
  type RestrictionColumns,
  restrictionColumns,
  restrictionValues,
  toRestrictions,
} from './restriction-columns.js';

interface OrganizationRow extends RestrictionColumns {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
}

export function createOrganizations(deps: { readonly database: Database; readonly audit: AuditTrail }): Organizations {
  const { database, audit } = deps;
  return {
    get: (organizationId) => readOrganization(database, organizationId),
    modify: (by, change) =>
      database.transaction(async (transaction) => {
        const before = await readOrganization(transaction, by.organizationId, 'FOR NO KEY UPDATE');
        const after: Organization = {
          ...before,
          name: change.name ?? before.name,
          restrictions: changeRestrictions(before.restrictions, change.restrictions),
        };
        await transaction.query({
          text: `UPDATE tenancy.organizations SET name = $2, (${restrictionColumns}) = ($3, $4, $5) WHERE id = $1`,
          values: [after.id, after.name, ...restrictionValues(after.restrictions)],
        });
        await transaction.query(
          audit.entry(by, {
            type: 'organization.updated',
            objectId: after.id,
            before: describe(before),
            after: describe(after),
          }),
        );
        return after;
      }),
  };
}

/** The actor's own organisation: it is there for as long as a key of it is. */
async function readOrganization(
  database: Queryable,
  organizationId: string,
  lock: '' | 'FOR NO KEY UPDATE' = '',
): Promise<Organization> {
  const [row] = await database.query<OrganizationRow>({
    text: `SELECT id, name, created_at, ${restrictionColumns} FROM tenancy.organizations WHERE id = $1 ${lock}`,
    values: [organizationId],
  });
  if (!row) throw new Error(`there is no organisation ${organizationId}`);
  const { id, name, created_at: createdAt } = row;
  return { id, name, restrictions: toRestrictions(row), createdAt: createdAt.toISOString() };
}

function describe({ name, restrictions }: Organization): JsonObject {
  return { name, ...describeRestrictions(restrictions) };
}
