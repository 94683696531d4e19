import type { VendorMessage, VendorWebhooks } from '../../workflows/contracts/vendor-webhooks.js';
import type { Accounts } from '../providers/port.js';
import type { Database } from '../storage/database.js';

export interface VendorEventsDependencies {
  readonly database: Database;
  readonly accounts: Accounts;
  /** Has the workflow of a batch at a vendor look; a no-op where none runs. Throws where Temporal is away. */
  readonly wakeBatch: (vendorBatchId: string) => Promise<void>;
}

/** Vendors that tell of what an account does. */
const VENDORS: readonly string[] = ['openai'];
/** Anybody may have us look for one, because it is looked for before a signature is checked. */
const BATCH_ID = /^[\w-]{1,128}$/;
/** A secret that is at hand takes none of it. */
const CHECK_TIMEOUT_MS = 5_000;

interface ToldBatch {
  readonly id: string;
  readonly credential_id: string | null;
  readonly organization_id: string;
  readonly project_id: string;
  readonly [column: string]: unknown;
}

/**
 * OpenAI's webhooks (https://platform.openai.com/docs/guides/webhooks): `{"type": "batch.completed", "data": {"id": "batch_…"}}`, signed as Standard
 * Webhooks. As every call of a vendor they are hints: of a batch of ours the vendor is asked how it is. By which account's secret an event
 * is to be checked is known by the batch that it names. Those of other types, and of batches that somebody else makes, are passed over:
 * nothing comes of them, so that nobody need have signed them.
 */
export function createReceiveEvent(deps: VendorEventsDependencies): VendorWebhooks['receiveEvent'] {
  const { database, accounts, wakeBatch } = deps;
  return async (vendor, message) => {
    if (!VENDORS.includes(vendor)) return 'unknown';
    const vendorId = batchOf(message);
    const [batch] = vendorId === undefined ? [] : await findBatch(database, vendor, vendorId);
    if (batch === undefined) return 'ignored';
    const user = { organizationId: batch.organization_id, projectId: batch.project_id };
    const check = accounts.find(vendor, batch.credential_id ?? undefined, user)?.checkWebhook;
    if (!(await check?.(message, AbortSignal.timeout(CHECK_TIMEOUT_MS)))) return 'forged';
    await wakeBatch(batch.id);
    return 'told';
  };
}

function findBatch(database: Database, vendor: string, vendorId: string): Promise<readonly ToldBatch[]> {
  return database.query<ToldBatch>({
    name: 'vendor-batch-called',
    text: `SELECT id, credential_id, organization_id, project_id FROM jobs.vendor_batches
           WHERE vendor_batch->>'id' = $2 AND vendor = $1 AND state = 'submitted'`,
    values: [vendor, vendorId],
  });
}

/** The batch that an event says to be about. */
function batchOf({ body }: VendorMessage): string | undefined {
  try {
    const event = JSON.parse(Buffer.from(body).toString('utf8')) as { type?: unknown; data?: { id?: unknown } } | null;
    const id = event?.data?.id;
    const isOfBatch = typeof event?.type === 'string' && event.type.startsWith('batch.');
    return isOfBatch && typeof id === 'string' && BATCH_ID.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
