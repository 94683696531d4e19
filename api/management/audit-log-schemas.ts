import { z } from 'zod';
import { timestampSchema } from './schemas.js';

const jsonObjectSchema = z.record(z.string(), z.unknown());
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

const actorSchema = z.object({
  type: z.literal('api_key'),
  api_key: z.object({
    id: z.string(),
    /** Absent where the key is nobody's, as the first keys of an organisation are. */
    type: z.enum(['user', 'service_account']).optional(),
    user: z.object({ id: z.string(), email: z.string().optional() }).optional(),
    service_account: z.object({ id: z.string() }).optional(),
  }),
  role: z.string(),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
});

/** OpenAI's audit log, in which a field of the name of its type tells the details, with the whole object before and after. */
export const auditLogSchema = z
  .looseObject({
    id: z.string(),
    object: z.literal('organization.audit_log'),
    type: z.string(),
    effective_at: timestampSchema,
    actor: actorSchema,
    project: z.object({ id: z.string(), name: z.string().optional() }).optional(),
    resource_id: z.string(),
    before: jsonObjectSchema.nullable(),
    after: jsonObjectSchema.nullable(),
    request_id: z.string(),
    sequence: z.int(),
    hash: hashSchema,
  })
  .meta({ id: 'AuditLog' });

/** The fields that an entry's hash covers, and it: SHA-256 over the others in the form of RFC 8785. */
export const auditChainEntrySchema = z.object({
  actor: z.object({
    ip_address: z.string().nullable(),
    key_id: z.string(),
    request_id: z.string(),
    role: z.string(),
    user_agent: z.string().nullable(),
    user_id: z.string().nullable(),
  }),
  after: jsonObjectSchema.nullable(),
  /** In UTC, to the microsecond. */
  at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/),
  before: jsonObjectSchema.nullable(),
  id: z.string(),
  object_id: z.string(),
  organization_id: z.string(),
  previous_hash: hashSchema,
  project_id: z.string().nullable(),
  sequence: z.int(),
  type: z.string(),
  hash: hashSchema,
});

/** The last line of an export, without which it is not whole. */
export const auditChainHeadSchema = z.object({
  object: z.literal('organization.audit_log.head'),
  organization_id: z.string(),
  sequence: z.int(),
  hash: hashSchema,
});

export const auditChainLineSchema = z.union([auditChainEntrySchema, auditChainHeadSchema]);
