import type { EpochKeys } from '../content/epoch-keys.js';
import { sealJson, unsealJson } from '../storage/cipher.js';

// The key of an object seals its frames, and the key below what else its row says: a key of frames may seal nothing else.

export interface SealedDetails {
  readonly epoch: string;
  readonly wrappedKey: Buffer;
  readonly details: Buffer;
}

const keyBytes = 32;
const detailsContext = (id: string): string => `${id}/details`;

/** Both keys of an object, one behind the other, wrapped by the key of the hour in which it expires. */
export async function sealDetails(
  epochKeys: EpochKeys,
  id: string,
  { frames, details }: ObjectKeys,
  { value, expiresAt }: { readonly value: object; readonly expiresAt: Date },
): Promise<SealedDetails> {
  const { epoch, wrapped } = await epochKeys.wrap(Buffer.concat([frames, details]), id, expiresAt.getTime());
  return { epoch, wrappedKey: wrapped, details: sealJson(details, detailsContext(id), value) };
}

export interface ObjectKeys {
  readonly frames: Buffer;
  readonly details: Buffer;
}

/** What a row of objects or of uploads says under seal. */
export interface SealedRow {
  readonly id: string;
  readonly epoch: string;
  readonly wrapped_key: Buffer;
  readonly details: Buffer;
}

/** `undefined` once the hour's key is destroyed. */
export async function openDetails(
  epochKeys: EpochKeys,
  { id, epoch, wrapped_key: wrapped, details }: SealedRow,
): Promise<{ readonly frames: Buffer; readonly value: unknown } | undefined> {
  const keys = await epochKeys.unwrap(wrapped, id, epoch);
  if (!keys) return undefined;
  const value = unsealJson(keys.subarray(keyBytes), detailsContext(id), details);
  return { frames: keys.subarray(0, keyBytes), value };
}
