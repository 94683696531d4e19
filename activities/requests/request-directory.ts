import type { RequestDirectory } from '../../workflows/contracts/ports.js';
import type { ContentRows } from '../content/content-rows.js';
import type { Database, Queryable } from '../storage/database.js';
import { acceptKeyed } from './accept-keyed.js';
import { acceptStored } from './accept-stored.js';
import { findRequestRecord } from './request-record.js';

/** Told with a request's id when somebody asks to stop it; whichever process runs it listens. */
export const cancelChannelName = 'sluice_cancel';

export function createRequestDirectory(deps: {
  readonly database: Database;
  readonly rows: ContentRows;
  readonly hmacKey: Buffer;
}): RequestDirectory {
  const { database } = deps;
  return {
    acceptKeyed: (input, call, key, take) => acceptKeyed(deps, input, call, key, take),
    acceptStored: (input, call, options, take) => acceptStored(deps, input, call, options, take),
    find: (requestId) => findRequestRecord(database, requestId),
    requestCancel: (requestId) => requestCancel(database, requestId),
  };
}

/** Writes down that a request is to be stopped, and tells whoever runs it. */
export async function requestCancel(database: Queryable, requestId: string): Promise<void> {
  await database.query({
    name: 'request-cancel',
    text: `WITH asked AS (
             UPDATE requests.requests SET cancel_requested_at = coalesce(cancel_requested_at, now())
             WHERE id = $1 AND ended_at IS NULL
           )
           SELECT pg_notify('${cancelChannelName}', $1)`,
    values: [requestId],
  });
}
