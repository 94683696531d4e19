import { createHash } from 'node:crypto';
import type { CredentialFields, CredentialOwner } from '../../workflows/contracts/credentials.js';
import { newKey, seal, sealJson, unseal, unsealJson } from '../storage/cipher.js';

/** A secret as it rests: sealed under a key of its own, which is sealed under a master key. */
export interface Envelope {
  readonly secret: Buffer;
  readonly wrappedKey: Buffer;
  readonly masterKeyId: string;
}

/** A key of 32 bytes that wraps those of credentials, by a name that tells nothing of it. */
export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

/** What a secret is bound to: in any other row than its own it does not decrypt. */
export interface SecretContext extends CredentialOwner {
  readonly id: string;
  readonly vendor: string;
}

export function toMasterKey(key: Buffer): MasterKey {
  return { id: createHash('sha256').update('sluice credential key id').update(key).digest('hex').slice(0, 16), key };
}

export function sealSecret(master: MasterKey, context: SecretContext, fields: CredentialFields): Envelope {
  const key = newKey();
  return {
    secret: sealJson(key, nameOf(context), fields),
    wrappedKey: seal(master.key, `${nameOf(context)} key`, key),
    masterKeyId: master.id,
  };
}

/** @throws where the master key, the context or a byte is not the one that it was sealed with. */
export function openSecret(keys: readonly MasterKey[], context: SecretContext, envelope: Envelope): CredentialFields {
  const key = unwrap(keys, context, envelope);
  return unsealJson(key, nameOf(context), envelope.secret) as CredentialFields;
}

/** The same secret for another master key: only the wrap of its key is made anew. */
export function rewrap(
  keys: readonly MasterKey[],
  current: MasterKey,
  context: SecretContext,
  envelope: Envelope,
): Envelope {
  const key = unwrap(keys, context, envelope);
  return { ...envelope, wrappedKey: seal(current.key, `${nameOf(context)} key`, key), masterKeyId: current.id };
}

function unwrap(
  keys: readonly MasterKey[],
  context: SecretContext,
  { wrappedKey, masterKeyId }: Pick<Envelope, 'wrappedKey' | 'masterKeyId'>,
): Buffer {
  const master = keys.find(({ id }) => id === masterKeyId);
  if (!master) throw new Error('a credential is sealed under a master key that is not known here');
  return unseal(master.key, `${nameOf(context)} key`, wrappedKey);
}

function nameOf({ id, vendor, organizationId, projectId }: SecretContext): string {
  return JSON.stringify([id, vendor, organizationId ?? null, projectId ?? null]);
}
