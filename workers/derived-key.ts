import { hkdfSync } from 'node:crypto';
import { type MasterKeys, toMasterKey } from '../activities/storage/envelope.js';
import type { Config } from '../infra/runtime/config.js';

/** A key of its own for each purpose, so that none can be used for another (RFC 5869). */
export function derivedKey(config: Config, purpose: Purpose): Buffer {
  return derive(config.secrets.masterKey, purpose);
}

/** The same, and behind it that of the master key of before where one is set. */
export function derivedKeys(config: Config, purpose: Purpose): readonly [Buffer, ...(readonly Buffer[])] {
  const { previousMasterKey } = config.secrets;
  return [derivedKey(config, purpose), ...(previousMasterKey ? [derive(previousMasterKey, purpose)] : [])];
}

/** These by names, as what wraps the keys of secrets. */
export function masterKeysFor(config: Config, purpose: Purpose): MasterKeys {
  const [current, ...previous] = derivedKeys(config, purpose);
  return [toMasterKey(current), ...previous.map(toMasterKey)];
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
