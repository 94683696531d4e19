import type { Call } from '../../workflows/contracts/media-calls.js';
import type { Retention } from '../../workflows/contracts/requests.js';
import type { Queryable } from '../storage/database.js';
import { newKey, sealJson, unsealJson } from '../storage/cipher.js';
import type { EpochKeys } from './epoch-keys.js';

/** The key of one request's content, and which tables hold what it seals. */
export interface ContentKey {
  readonly key: Buffer;
  readonly kept: boolean;
}

/** Encrypted content in Postgres: `interactive` in unlogged tables with its key beside it, `kept` in logged ones. */
export interface ContentRows {
  putInteractive(requestId: string, call: Call): Promise<void>;
  putKept(transaction: Queryable, requestId: string, call: Call, expiresAtMs: number): Promise<void>;
  read(requestId: string, retention: Retention): Promise<Call | undefined>;
  /** The key under which this request's reply log is sealed; `undefined` where it is destroyed or never was. */
  keyOf(requestId: string, retention: Retention): Promise<ContentKey | undefined>;
}

const callContext = (requestId: string): string => `${requestId}/call`;

export function createContentRows(deps: { readonly database: Queryable; readonly epochKeys: EpochKeys }): ContentRows {
  const { database, epochKeys } = deps;

  const open = async (requestId: string, retention: Retention): Promise<{ key: Buffer; body: Buffer } | undefined> => {
    if (retention === 'zdr') return undefined;
    if (retention === 'interactive') {
      const [row] = await database.query<{ key: Buffer; body: Buffer }>({
        name: 'content-interactive-read',
        text: 'SELECT key, body FROM content.interactive WHERE request_id = $1',
        values: [requestId],
      });
      return row;
    }
    const [row] = await database.query<{ epoch: string; wrapped_key: Buffer; body: Buffer }>({
      name: 'content-kept-read',
      text: 'SELECT epoch, wrapped_key, body FROM content.kept WHERE request_id = $1 AND expires_at > now()',
      values: [requestId],
    });
    const key = row && (await epochKeys.unwrap(row.wrapped_key, requestId, row.epoch));
    return row && key && { key, body: row.body };
  };

  return {
    putInteractive: async (requestId, call) => {
      const key = newKey();
      await database.query({
        name: 'content-interactive-put',
        text: 'SELECT content.put_interactive($1, $2, $3)',
        values: [requestId, key, sealJson(key, callContext(requestId), call)],
      });
    },
    putKept: async (transaction, requestId, call, expiresAtMs) => {
      const key = newKey();
      const { epoch, wrapped } = await epochKeys.wrap(key, requestId, expiresAtMs);
      await transaction.query({
        name: 'content-kept-put',
        text: 'INSERT INTO content.kept (request_id, epoch, wrapped_key, body, expires_at) VALUES ($1, $2, $3, $4, $5)',
        values: [requestId, epoch, wrapped, sealJson(key, callContext(requestId), call), new Date(expiresAtMs)],
      });
    },
    read: async (requestId, retention) => {
      const row = await open(requestId, retention);
      return row && (unsealJson(row.key, callContext(requestId), row.body) as Call);
    },
    keyOf: async (requestId, retention) => {
      const row = await open(requestId, retention);
      return row && { key: row.key, kept: retention === 'kept' };
    },
  };
}
