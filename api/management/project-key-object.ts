import { z } from 'zod';
import type { KeyOwner, NewKey, ProjectKey } from '../../workflows/contracts/tenancy.js';
import { toSeconds } from '../seconds.js';
import { renderRestrictions, restrictionFields } from './restriction-schemas.js';
import { idSchema, nameSchema, roleSchema, timestampSchema } from './schemas.js';

const serviceAccountOwnerSchema = z.object({
  id: idSchema,
  name: nameSchema,
  role: roleSchema,
  created_at: timestampSchema,
});

/** Empty where the key is nobody's, as the first keys of an organisation are: OpenAI's clients look into it. */
const ownerSchema = z.object({
  type: z.enum(['user', 'service_account']).optional(),
  user: serviceAccountOwnerSchema.extend({ email: z.string() }).optional(),
  service_account: serviceAccountOwnerSchema.optional(),
});

/** As in the header `x-sluice-keepalive-seconds`, which counts before it. */
export const keepAliveSchema = z.int().min(0).max(9_999);

export const keySchema = z.object({
  id: idSchema,
  object: z.literal('organization.project.api_key'),
  project_id: idSchema,
  name: nameSchema,
  mode: z.enum(['live', 'test']),
  redacted_value: z.string(),
  owner: ownerSchema,
  owner_project_access: z.enum(['active', 'inactive']),
  created_at: timestampSchema,
  expires_at: timestampSchema.nullable(),
  revoked_at: timestampSchema.nullable(),
  last_used_at: timestampSchema.nullable(),
  /** Until when the secret of before the last rotation is valid. */
  previous_valid_until: timestampSchema.nullable(),
  /** After how many seconds of silence its streams are kept alive by a comment, 0 for never; null is the installation's setting. */
  keep_alive_seconds: keepAliveSchema.nullable(),
  ...restrictionFields,
});

/** With the key itself: shown once, in the answer to its creation or rotation. */
export const newKeySchema = keySchema.extend({ value: z.string() });

export function renderKey(key: ProjectKey) {
  return {
    id: key.id,
    object: 'organization.project.api_key' as const,
    project_id: key.projectId,
    name: key.name,
    mode: key.mode,
    redacted_value: key.hint,
    owner: key.owner ? renderOwner(key.owner) : {},
    owner_project_access: key.ownerHasAccess ? ('active' as const) : ('inactive' as const),
    created_at: toSeconds(key.createdAt),
    expires_at: secondsOrNull(key.expiresAt),
    revoked_at: secondsOrNull(key.revokedAt),
    last_used_at: secondsOrNull(key.lastUsedAt),
    previous_valid_until: secondsOrNull(key.previousValidUntil),
    keep_alive_seconds: key.keepAliveSeconds ?? null,
    ...renderRestrictions(key.restrictions),
  };
}

export function renderNewKey(key: NewKey) {
  return { ...renderKey(key), value: key.secret };
}

function renderOwner({ type, id, name, email, role, createdAt }: KeyOwner) {
  const owner = { id, name, role, created_at: toSeconds(createdAt) };
  return type === 'user' ? { type, user: { ...owner, email: email ?? '' } } : { type, service_account: owner };
}

function secondsOrNull(time: string | undefined): number | null {
  return time === undefined ? null : toSeconds(time);
}
