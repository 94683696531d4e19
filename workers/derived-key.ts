import { hkdfSync } from 'node:crypto';
import type { Config } from '../infra/runtime/config.js';

/** A key of its own for each purpose, so that none can be used for another (RFC 5869). */
export function derivedKey(config: Config, purpose: Purpose): Buffer {
  return derive(config.secrets.masterKey, purpose);
}

/** The same of the master key of before; `undefined` where none is set. */
export function previousDerivedKey(config: Config, purpose: Purpose): Buffer | undefined {
  const { previousMasterKey } = config.secrets;
  return previousMasterKey && derive(previousMasterKey, purpose);
}

type Purpose =
  | 'idempotency'
  | 'epoch-keys'
  | 'credentials'
  | 'object-urls'
  | 'webhooks'
  | 'vendor-webhooks'
  | 'schedules'
  | 'batches';

function derive(masterKey: Buffer, purpose: Purpose): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `sluice ${purpose}`, 32));
}
