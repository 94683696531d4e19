import { createHash } from 'node:crypto';
import { newKey, seal, sealJson, unseal, unsealJson } from './cipher.js';

/** A secret as it rests: sealed under a key of its own, which is sealed under a master key. */
export interface Envelope {
  readonly secret: Buffer;
  readonly wrappedKey: Buffer;
  readonly masterKeyId: string;
}

/** A key of 32 bytes that wraps those of secrets, by a name that tells nothing of it. */
export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The current one first; those of before open what is not sealed anew yet. */
export type MasterKeys = readonly [MasterKey, ...(readonly MasterKey[])];

export function toMasterKey(key: Buffer): MasterKey {
  return { id: createHash('sha256').update('sluice credential key id').update(key).digest('hex').slice(0, 16), key };
}

/** `name` says whose secret it is: under any other name it does not decrypt. */
export function sealEnvelope(master: MasterKey, name: string, value: unknown): Envelope {
  const key = newKey();
  return {
    secret: sealJson(key, name, value),
    wrappedKey: seal(master.key, `${name} key`, key),
    masterKeyId: master.id,
  };
}

/** @throws where the master key, the name or a byte is not the one that it was sealed with. */
export function openEnvelope(keys: readonly MasterKey[], name: string, envelope: Envelope): unknown {
  return unsealJson(unwrap(keys, name, envelope), name, envelope.secret);
}

/** The same secret for another master key: only the wrap of its key is made anew. */
export function rewrapEnvelope(
  keys: readonly MasterKey[],
  current: MasterKey,
  name: string,
  envelope: Envelope,
): Envelope {
  const key = unwrap(keys, name, envelope);
  return { ...envelope, wrappedKey: seal(current.key, `${name} key`, key), masterKeyId: current.id };
}

function unwrap(
  keys: readonly MasterKey[],
  name: string,
  { wrappedKey, masterKeyId }: Pick<Envelope, 'wrappedKey' | 'masterKeyId'>,
): Buffer {
  const master = keys.find(({ id }) => id === masterKeyId);
  if (!master) throw new Error('a secret is sealed under a master key that is not known here');
  return unseal(master.key, `${name} key`, wrappedKey);
}
