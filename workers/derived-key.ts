import { hkdfSync } from 'node:crypto';
import type { Config } from '../infra/runtime/config.js';

/** A key of its own for each purpose, so that none can be used for another (RFC 5869). */
export function derivedKey(config: Config, purpose: 'idempotency' | 'epoch-keys'): Buffer {
  return Buffer.from(hkdfSync('sha256', config.secrets.masterKey, '', `sluice ${purpose}`, 32));
}
