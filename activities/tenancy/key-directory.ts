import type { KeyDirectory } from '../../workflows/contracts/ports.js';
import { isDatabaseUnavailable, type Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { hashKey } from './api-keys.js';
import { findKey, findKeyById, toKeyCheck, type KnownKey } from './key-rows.js';
import type { KeyUse } from './key-use.js';

export const keyChangeChannelName = 'sluice_key_changed';

/** Changes are announced; looking again after a while covers an announcement that got lost. */
const trustFoundMs = 60_000;
/** Short, so that guessing keys does not become a question to Postgres each, and yet fills no memory for long. */
const trustUnknownMs = 5_000;
const maxRemembered = 10_000;

interface Remembered {
  readonly known: KnownKey | undefined;
  readonly atMs: number;
}

/** Keys by their hash, cached. While Postgres is away those that are cached still work, and others throw. */
export function createKeyDirectory(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
  readonly pepper: Buffer;
  readonly use?: Pick<KeyUse, 'note'>;
}): KeyDirectory {
  const { database, notifications, pepper, use } = deps;
  const memory = new Map<string, Remembered>();
  const asking = new Map<string, Promise<KnownKey | undefined>>();
  let changes = 0;

  notifications.on(keyChangeChannelName, (hashHex) => {
    changes += 1;
    // What is being read at this moment may be from before the change: nobody else may join it.
    asking.clear();
    if (hashHex) memory.delete(hashHex);
    else memory.clear();
  });

  const remember = (hashHex: string, known: KnownKey | undefined): void => {
    const [oldest] = memory.keys();
    if (memory.size >= maxRemembered && oldest !== undefined) memory.delete(oldest);
    memory.set(hashHex, { known, atMs: performance.now() });
  };
  const ask = (hash: Buffer, hashHex: string): Promise<KnownKey | undefined> => {
    const joined = asking.get(hashHex);
    if (joined) return joined;
    const changesBefore = changes;
    const answer = findKey(database, hash)
      .then((known) => {
        if (changes === changesBefore) remember(hashHex, known);
        return known;
      })
      .finally(() => {
        if (asking.get(hashHex) === answer) asking.delete(hashHex);
      });
    asking.set(hashHex, answer);
    return answer;
  };

  const look = async (presentedKey: string): Promise<KnownKey | undefined> => {
    const hash = hashKey(pepper, presentedKey);
    const hashHex = hash.toString('hex');
    const remembered = memory.get(hashHex);
    const trustMs = remembered?.known ? trustFoundMs : trustUnknownMs;
    if (remembered && performance.now() - remembered.atMs < trustMs) return remembered.known;
    try {
      return await ask(hash, hashHex);
    } catch (error) {
      if (!remembered?.known || !isDatabaseUnavailable(error)) throw error;
      return remembered.known;
    }
  };

  return {
    check: async (presentedKey) => {
      const check = toKeyCheck(await look(presentedKey), Date.now());
      if (check.status === 'valid') use?.note(check.caller.keyId);
      return check;
    },
    checkId: async (keyId) => toKeyCheck(await findKeyById(database, keyId), Date.now()),
  };
}
