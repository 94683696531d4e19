import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** A fresh AES-256 key. */
export function newKey(): Buffer {
  return randomBytes(32);
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce: nonce, tag, ciphertext. `context` is authenticated with it,
 * so that a row moved to another request or position does not decrypt.
 */
export function seal(key: Buffer, context: string, plain: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** The inverse of `seal`. @throws where the key, the context or a byte differs. */
export function unseal(key: Buffer, context: string, sealed: Buffer): Buffer {
  // Without the length, Node takes a tag of four bytes too, which can be guessed.
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
}

export function sealJson(key: Buffer, context: string, value: unknown): Buffer {
  return seal(key, context, Buffer.from(JSON.stringify(value)));
}

export function unsealJson(key: Buffer, context: string, sealed: Buffer): unknown {
  return JSON.parse(unseal(key, context, sealed).toString('utf8'));
}
