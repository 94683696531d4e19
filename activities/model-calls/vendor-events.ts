import type { VendorMessage, VendorWebhooks } from '../../workflows/contracts/vendor-webhooks.js';
import type { Database } from '../storage/database.js';

export interface VendorEventsDependencies {
  readonly database: Database;
  /** By vendors, whether a message is the account's own; absent where no secret is set. */
  readonly isGenuineEvent: { readonly [vendor: string]: ((message: VendorMessage) => boolean) | undefined };
  /** Has the workflow of a batch at a vendor look; a no-op where none runs. Throws where Temporal is away. */
  readonly wakeBatch: (vendorBatchId: string) => Promise<void>;
}

/**
 * OpenAI's webhooks (https://platform.openai.com/docs/guides/webhooks): `{"type": "batch.completed", "data": {"id": "batch_…"}}`, signed as Standard
 * Webhooks. As every call of a vendor they are hints: of a batch of ours the vendor is asked how it is. Those of other types,
 * and of batches that somebody else makes with the account, are passed over.
 */
export function createReceiveEvent(deps: VendorEventsDependencies): VendorWebhooks['receiveEvent'] {
  const { database, isGenuineEvent, wakeBatch } = deps;
  return async (vendor, message) => {
    const isGenuine = Object.hasOwn(isGenuineEvent, vendor) ? isGenuineEvent[vendor] : undefined;
    if (!isGenuine) return 'unknown';
    if (!isGenuine(message)) return 'forged';
    const vendorId = batchOf(message);
    if (vendorId === undefined) return 'ignored';
    const rows = await database.query<{ id: string }>({
      name: 'vendor-batch-called',
      text: `SELECT id FROM jobs.vendor_batches WHERE vendor_batch->>'id' = $2 AND vendor = $1 AND state = 'submitted'`,
      values: [vendor, vendorId],
    });
    for (const { id } of rows) await wakeBatch(id);
    return rows.length > 0 ? 'told' : 'ignored';
  };
}

/** The batch that an event is about; its body is parsed only once its signature holds. */
function batchOf({ body }: VendorMessage): string | undefined {
  try {
    const event = JSON.parse(Buffer.from(body).toString('utf8')) as { type?: unknown; data?: { id?: unknown } } | null;
    const id = event?.data?.id;
    return typeof event?.type === 'string' && event.type.startsWith('batch.') && typeof id === 'string'
      ? id
      : undefined;
  } catch {
    return undefined;
  }
}
