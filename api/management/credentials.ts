import { z } from 'zod';
import type { Credential, CredentialChange, CredentialList } from '../../workflows/contracts/credentials.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { deletedSchema, idSchema, listSchema, nameSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const kindSchema = z.enum(['api_key', 'aws', 'aws_api_key', 'google_service_account', 'azure_api_key', 'azure_entra']);
const fallbackSchema = z.enum(['operator', 'never']);
const vendorSchema = z.string().regex(/^[a-z0-9_-]{1,50}$/);

/** Which fields a kind has is the domain's to say (`workflows/domain/credential-kinds.ts`). */
const fieldsSchema = z
  .record(z.string().max(50), z.string().max(16_384))
  .refine((fields) => Object.keys(fields).length <= 10, { message: 'expected at most 10 fields' });

const credentialSchema = z.object({
  id: idSchema,
  object: z.literal('credential'),
  vendor: vendorSchema,
  name: z.string(),
  kind: kindSchema,
  /** What is not secret: `base_url`, `region`, … */
  settings: z.record(z.string(), z.string()),
  /** The last four characters of the secret, of which nothing else is ever shown. */
  hint: z.string(),
  /** Null for all projects, and for the operator's. */
  project_id: idSchema.nullable(),
  weight: z.int(),
  enabled: z.boolean(),
  fallback: fallbackSchema,
  /** What each gateway process may use in a minute before another account goes first; null for no limit. */
  requests_per_minute: z.int().nullable(),
  tokens_per_minute: z.int().nullable(),
  created_at: timestampSchema,
  updated_at: timestampSchema,
  verification: z
    .object({
      status: z.enum(['valid', 'invalid', 'unreachable']),
      failure_class: z.string().nullable(),
      message: z.string(),
      verified_at: timestampSchema,
    })
    .nullable(),
});

/** The most that an integer column holds. */
const limitSchema = z.int().min(1).max(2_147_483_647);

/** What can be said of a new one and of an old one. */
const changeFields = {
  weight: z.int().min(1).max(1_000).optional(),
  enabled: z.boolean().optional(),
  settings: fieldsSchema.optional(),
  requests_per_minute: limitSchema.nullish(),
  tokens_per_minute: limitSchema.nullish(),
};
const ownFields = { ...changeFields, fallback: fallbackSchema.optional() };
const newFields = { vendor: vendorSchema, name: nameSchema, kind: kindSchema.optional(), secret: fieldsSchema };
const changedFields = { name: nameSchema.optional(), secret: fieldsSchema.optional() };
const querySchema = pageQuerySchema.extend({ vendor: vendorSchema.optional() });

export const credentialEndpoints = [
  ...endpointsOf(
    {
      ...{ list: 'organization', path: '/v1/organization/credentials', name: '', whose: 'the organisation' },
      ...{ read: 'credentials.read', write: 'credentials.write' },
    },
    {
      query: querySchema.extend({ project_id: idSchema.optional() }),
      create: z.strictObject({ ...newFields, ...ownFields, project_id: idSchema.nullish() }),
      change: z.strictObject({ ...changedFields, ...ownFields }),
    },
  ),
  ...endpointsOf(
    {
      ...{ list: 'operator', path: '/v1/operator/credentials', name: 'operator-', whose: 'the operator' },
      ...{ read: 'operator_credentials.read', write: 'operator_credentials.write' },
    },
    {
      query: querySchema,
      create: z.strictObject({ ...newFields, ...changeFields }),
      change: z.strictObject({ ...changedFields, ...changeFields }),
    },
  ),
];

interface Place {
  readonly list: CredentialList;
  readonly path: string;
  /** What the operations' names have before `credential`. */
  readonly name: string;
  readonly whose: string;
  readonly read: 'credentials.read' | 'operator_credentials.read';
  readonly write: 'credentials.write' | 'operator_credentials.write';
}

type GivenQuery = z.output<typeof querySchema> & { readonly project_id?: string | undefined };

interface GivenNew extends GivenChange {
  readonly vendor: string;
  readonly name: string;
  readonly kind?: z.output<typeof kindSchema> | undefined;
  readonly secret: z.output<typeof fieldsSchema>;
  readonly project_id?: string | null | undefined;
}

interface GivenChange {
  readonly name?: string | undefined;
  readonly secret?: z.output<typeof fieldsSchema> | undefined;
  readonly settings?: z.output<typeof fieldsSchema> | undefined;
  readonly weight?: number | undefined;
  readonly enabled?: boolean | undefined;
  readonly fallback?: z.output<typeof fallbackSchema> | undefined;
  readonly requests_per_minute?: number | null | undefined;
  readonly tokens_per_minute?: number | null | undefined;
}

/** Both lists have the same operations; an organisation's own have a project and a fallback besides. */
function endpointsOf(
  place: Place,
  schemas: {
    readonly query: z.ZodType<GivenQuery>;
    readonly create: z.ZodType<GivenNew>;
    readonly change: z.ZodType<GivenChange>;
  },
) {
  const { list, path, name, whose, read, write } = place;
  const about = { tag: 'Credentials', path } as const;
  const one = {
    ...about,
    path: `${path}/{credential_id}`,
    params: z.object({ credential_id: idSchema }),
  } as const;
  return [
    endpoint({
      ...about,
      ...{ method: 'GET', id: `list-${name}credentials`, summary: `List the vendor credentials of ${whose}.` },
      permission: read,
      query: schemas.query,
      response: listSchema(credentialSchema),
      handle: async ({ credentials }, { by, query: { project_id: projectId, vendor, ...page } }) =>
        renderList(
          await credentials.list(by, list, {
            ...page,
            ...(projectId !== undefined && { projectId }),
            ...(vendor !== undefined && { vendor }),
          }),
          render,
        ),
    }),
    endpoint({
      ...about,
      ...{ method: 'POST', id: `create-${name}credential`, summary: `Add a vendor credential of ${whose}.` },
      permission: write,
      body: schemas.create,
      response: credentialSchema,
      errors: list === 'organization' ? ['project_not_found'] : [],
      handle: async ({ credentials }, { by, body }) => {
        const { vendor, name: label, kind, secret, settings = {}, project_id: projectId } = body;
        return render(
          await credentials.create(by, list, {
            ...toChange(body),
            ...{ vendor, name: label, secret, settings },
            ...(kind !== undefined && { kind }),
            ...(projectId != null && { projectId }),
          }),
        );
      },
    }),
    endpoint({
      ...one,
      ...{ method: 'GET', id: `retrieve-${name}credential`, summary: 'One credential, without its secret.' },
      permission: read,
      response: credentialSchema,
      errors: ['credential_not_found'],
      handle: async ({ credentials }, { by, params }) => render(await credentials.get(by, list, params.credential_id)),
    }),
    endpoint({
      ...one,
      ...{ method: 'POST', id: `modify-${name}credential` },
      summary: 'Replace its secret or its settings, each as a whole, or change its name, weight or state.',
      permission: write,
      body: schemas.change,
      response: credentialSchema,
      errors: ['credential_not_found'],
      handle: async ({ credentials }, { by, params, body }) =>
        render(await credentials.modify(by, list, params.credential_id, toChange(body))),
    }),
    endpoint({
      ...one,
      ...{ method: 'DELETE', id: `delete-${name}credential`, summary: 'Destroy a credential and its secret.' },
      permission: write,
      response: deletedSchema('credential.deleted'),
      errors: ['credential_not_found'],
      handle: async ({ credentials }, { by, params: { credential_id: id } }) => {
        await credentials.remove(by, list, id);
        return { object: 'credential.deleted' as const, id, deleted: true as const };
      },
    }),
    endpoint({
      ...one,
      path: `${one.path}/verify`,
      ...{ method: 'POST', id: `verify-${name}credential` },
      summary:
        'Ask the vendor whether it takes the credential: free of charge, or one token where it cannot be otherwise.',
      permission: write,
      response: credentialSchema,
      errors: ['credential_not_found'],
      handle: async ({ credentials }, { by, params }) =>
        render(await credentials.verify(by, list, params.credential_id)),
    }),
  ];
}

function toChange(given: GivenChange): CredentialChange {
  const { name, secret, settings, weight, enabled, fallback } = given;
  const { requests_per_minute: requestsPerMinute, tokens_per_minute: tokensPerMinute } = given;
  return {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
    ...(name !== undefined && { name }),
    ...(secret !== undefined && { secret }),
    ...(settings !== undefined && { settings }),
    ...(weight !== undefined && { weight }),
    ...(enabled !== undefined && { isEnabled: enabled }),
    ...(fallback !== undefined && { fallback }),
  };
}

function render(credential: Credential) {
  const { id, vendor, name, kind, settings, hint, weight, isEnabled, fallback, verified, projectId } = credential;
  return {
    ...{ id, object: 'credential' as const, vendor, name, kind, settings, hint },
    project_id: projectId ?? null,
    ...{ weight, enabled: isEnabled, fallback },
    requests_per_minute: credential.requestsPerMinute ?? null,
    tokens_per_minute: credential.tokensPerMinute ?? null,
    created_at: toSeconds(credential.createdAt),
    updated_at: toSeconds(credential.updatedAt),
    verification: verified
      ? {
          ...{ status: verified.status, failure_class: verified.failureClass ?? null, message: verified.message },
          verified_at: toSeconds(verified.at),
        }
      : null,
  };
}
