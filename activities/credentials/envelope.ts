import type { CredentialFields, CredentialOwner } from '../../workflows/contracts/credentials.js';
import { type Envelope, type MasterKey, openEnvelope, rewrapEnvelope, sealEnvelope } from '../storage/envelope.js';

export { type Envelope, type MasterKey, toMasterKey } from '../storage/envelope.js';

/** What a secret is bound to: in any other row than its own it does not decrypt. */
export interface SecretContext extends CredentialOwner {
  readonly id: string;
  readonly vendor: string;
}

export function sealSecret(master: MasterKey, context: SecretContext, fields: CredentialFields): Envelope {
  return sealEnvelope(master, nameOf(context), fields);
}

/** @throws where the master key, the context or a byte is not the one that it was sealed with. */
export function openSecret(keys: readonly MasterKey[], context: SecretContext, envelope: Envelope): CredentialFields {
  return openEnvelope(keys, nameOf(context), envelope) as CredentialFields;
}

/** The same secret for another master key: only the wrap of its key is made anew. */
export function rewrap(
  keys: readonly MasterKey[],
  current: MasterKey,
  context: SecretContext,
  envelope: Envelope,
): Envelope {
  return rewrapEnvelope(keys, current, nameOf(context), envelope);
}

function nameOf({ id, vendor, organizationId, projectId }: SecretContext): string {
  return JSON.stringify([id, vendor, organizationId ?? null, projectId ?? null]);
}
