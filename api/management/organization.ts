import { z } from 'zod';
import type { Organization } from '../../workflows/contracts/tenancy.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import {
  renderRestrictions,
  restrictionChangeFields,
  restrictionFields,
  toRestrictionsChange,
} from './restriction-schemas.js';
import { idSchema, nameSchema, timestampSchema } from './schemas.js';

const organizationSchema = z.object({
  id: idSchema,
  object: z.literal('organization'),
  name: nameSchema,
  created_at: timestampSchema,
  ...restrictionFields,
});

const about = { tag: 'Organization', path: '/v1/organization' } as const;

export const organizationEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'retrieve-organization', summary: 'The organisation of this key.' },
    permission: 'organization.read',
    response: organizationSchema,
    handle: async ({ organizations }, { by }) => renderOrganization(await organizations.get(by.organizationId)),
  }),
  endpoint({
    ...about,
    ...{
      method: 'POST',
      id: 'modify-organization',
      summary: 'Rename the organisation, or restrict all that is in it.',
    },
    permission: 'organization.write',
    body: z.strictObject({ name: nameSchema.optional(), ...restrictionChangeFields }),
    response: organizationSchema,
    handle: async ({ organizations }, { by, body }) =>
      renderOrganization(
        await organizations.modify(by, {
          ...(body.name !== undefined && { name: body.name }),
          restrictions: toRestrictionsChange(body),
        }),
      ),
  }),
];

function renderOrganization({ id, name, createdAt, restrictions }: Organization) {
  return {
    id,
    object: 'organization' as const,
    name,
    created_at: toSeconds(createdAt),
    ...renderRestrictions(restrictions),
  };
}
