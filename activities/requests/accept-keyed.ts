import type { Call } from '../../workflows/contracts/media-calls.js';
import type { NewJob } from '../../workflows/contracts/job-terms.js';
import type { KeyedAcceptance } from '../../workflows/contracts/ports.js';
import type { PreparedTake } from '../../workflows/contracts/rate-limits.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { ContentRows } from '../content/content-rows.js';
import type { Database, Queryable } from '../storage/database.js';
import { keyedDigest } from '../storage/keyed-digest.js';
import { findRequestRecord } from './request-record.js';
import { storeRequest, takeWithin, unlessLimited } from './store-request.js';

export interface PresentedKey {
  readonly idempotencyKey: string;
  readonly body: string;
  readonly answerHoldMs: number;
  readonly job?: NewJob;
}

interface Deps {
  readonly database: Database;
  readonly rows: ContentRows;
  /** Makes the stored digests useless to whoever reads the table. */
  readonly hmacKey: Buffer;
}

/** How often a key may be let go (by a refusal) between finding it taken and reading whose it is. */
const maxTries = 10;

/**
 * Binds a key to a request and stores that request with its content, all or nothing. Of concurrent duplicates one is
 * accepted: the others wait for its transaction at the key's row and then find it. Only the one that is accepted takes of
 * the rate limits, and what they refuse is stored nowhere, its key included.
 */
export function acceptKeyed(
  deps: Deps,
  input: RequestInput,
  call: Call,
  key: PresentedKey,
  take?: PreparedTake,
): Promise<KeyedAcceptance> {
  return unlessLimited(bindOrFind(deps, input, call, key, take));
}

async function bindOrFind(
  deps: Deps,
  input: RequestInput,
  call: Call,
  key: PresentedKey,
  take: PreparedTake | undefined,
): Promise<KeyedAcceptance> {
  const digest = (purpose: string, text: string): Buffer => keyedDigest(deps.hmacKey, purpose, input.projectId, text);
  const keyHmac = digest('idempotency-key', key.idempotencyKey);
  const bodyHmac = digest('idempotent-body', key.body);
  for (let tries = 0; tries < maxTries; tries++) {
    const accepted = await deps.database.transaction(async (transaction) => {
      if (!(await bind(transaction, input, keyHmac, bodyHmac))) return undefined;
      await storeRequest(deps.rows, transaction, input, call, key);
      return { status: 'accepted', ...(take && { taken: await takeWithin(transaction, take) }) } as const;
    });
    if (accepted) return accepted;
    const earlier = await findEarlier(deps.database, input.projectId, keyHmac);
    if (!earlier) continue;
    if (!earlier.body_hmac.equals(bodyHmac)) return { status: 'body_differs' };
    const record = await findRequestRecord(deps.database, earlier.request_id);
    if (record) return { status: 'repeated', record };
  }
  throw new Error('an idempotency key kept being bound and let go by others');
}

async function bind(transaction: Queryable, input: RequestInput, keyHmac: Buffer, bodyHmac: Buffer): Promise<boolean> {
  const bound = await transaction.query({
    name: 'idempotency-key-bind',
    text: `INSERT INTO requests.idempotency_keys (project_id, key_hmac, body_hmac, request_id) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING 1`,
    values: [input.projectId, keyHmac, bodyHmac, input.requestId],
  });
  return bound.length === 1;
}

async function findEarlier(
  database: Queryable,
  projectId: string,
  keyHmac: Buffer,
): Promise<{ readonly body_hmac: Buffer; readonly request_id: string } | undefined> {
  const [row] = await database.query<{ body_hmac: Buffer; request_id: string }>({
    name: 'idempotency-key-read',
    text: 'SELECT body_hmac, request_id FROM requests.idempotency_keys WHERE project_id = $1 AND key_hmac = $2',
    values: [projectId, keyHmac],
  });
  return row;
}
