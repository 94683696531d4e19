import type {
  Credential,
  CredentialFallback,
  CredentialFields,
  CredentialKind,
  CredentialLimits,
  CredentialOwner,
} from '../../workflows/contracts/credentials.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Envelope } from './envelope.js';

/** A credential as it is stored, with its secret sealed. */
export interface CredentialRow {
  readonly id: string;
  readonly vendor: string;
  readonly organization_id: string | null;
  readonly project_id: string | null;
  readonly name: string;
  readonly kind: CredentialKind;
  readonly settings: CredentialFields;
  readonly secret: Buffer;
  readonly wrapped_key: Buffer;
  readonly master_key_id: string;
  readonly hint: string;
  readonly weight: number;
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: number | null;
  readonly fallback: CredentialFallback;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly disabled_at: Date | null;
  readonly verified: Credential['verified'] | null;
}

export const credentialColumns = [
  ...['id', 'vendor', 'organization_id', 'project_id', 'name', 'kind', 'settings', 'secret', 'wrapped_key'],
  ...['master_key_id', 'hint', 'weight', 'fallback', 'version', 'created_at', 'updated_at', 'disabled_at', 'verified'],
  ...['requests_per_minute', 'tokens_per_minute'],
].join(', ');

export function ownerOf({
  organization_id: organizationId,
  project_id: projectId,
}: Pick<CredentialRow, 'organization_id' | 'project_id'>): CredentialOwner {
  return { ...(organizationId !== null && { organizationId }), ...(projectId !== null && { projectId }) };
}

export function envelopeOf(row: CredentialRow): Envelope {
  return { secret: row.secret, wrappedKey: row.wrapped_key, masterKeyId: row.master_key_id };
}

export function limitsOf(row: CredentialRow): CredentialLimits {
  const { requests_per_minute: requestsPerMinute, tokens_per_minute: tokensPerMinute } = row;
  return {
    ...(requestsPerMinute !== null && { requestsPerMinute }),
    ...(tokensPerMinute !== null && { tokensPerMinute }),
  };
}

export function toCredential(row: CredentialRow): Credential {
  const { id, vendor, name, kind, settings, hint, weight, fallback, verified } = row;
  return {
    ...{ id, vendor, name, kind, settings, hint, weight, fallback },
    ...ownerOf(row),
    ...limitsOf(row),
    isEnabled: row.disabled_at === null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...(verified && { verified }),
  };
}

/** What the audit log says of a credential: what its readers see, and never the secret. */
export function describeCredential(credential: Credential): JsonObject {
  const { vendor, name, kind, settings, hint, weight, isEnabled, fallback, projectId } = credential;
  return {
    ...{ vendor, name, kind, settings: { ...settings }, hint, weight, enabled: isEnabled, fallback },
    project_id: projectId ?? null,
    requests_per_minute: credential.requestsPerMinute ?? null,
    tokens_per_minute: credential.tokensPerMinute ?? null,
  };
}
