import type { AttemptFailure, FailureClass } from '../../workflows/contracts/failures.js';
import type { VendorBatchStep } from '../../workflows/contracts/vendor-batches.js';
import { ProviderFailure, type VendorBatchRef } from '../providers/port.js';
import { retryWhileUnavailable } from '../storage/retry-while-unavailable.js';
import {
  againAfterMs,
  end,
  isPassing,
  MAX_AT_VENDOR_MS,
  SOON,
  stoppedFailure,
  timeLimit,
  type VendorBatchContext,
} from './vendor-batch-context.js';
import { hasLine, readRequests } from './vendor-batch-lines.js';
import { keepSubmitted, keepUploaded, moveVendorBatch, noteVendorBatch } from './vendor-batch-rows.js';
import { isAmbiguous } from './vendor-job.js';

/** 200 MB at the speed of a slow line. */
const SEND_TIMEOUT_MS = 30 * 60_000;
const ASK_TIMEOUT_MS = 60_000;
/** As long as an outcome waits for Postgres. */
const KEEP_PATIENCE_MS = 300_000;
const RETRY_MS = 5_000;
const UPLOAD_TRIES = 5;
/** A hand-in that was cut may be taken on a moment later, and be listed later still: so long it is looked for. */
const LOOKED_FOR_MS = 2 * 60_000;
const LOOK_FOR_EVERY_MS = 5_000;

/** Takes a batch that no line joins any more to its vendor. */
export async function submitVendorBatch(context: VendorBatchContext): Promise<VendorBatchStep> {
  const { row, batches, database } = context;
  // Found so: whoever was about to hand it in has died, or could not tell how it went.
  if (row.state === 'submitting') return lookFor(context);
  if (row.is_unwanted || row.lines === 0) return end(context, row.id, stoppedFailure(row));
  // So few the vendor has no batch for: each goes on by itself.
  if (row.wanted < (batches.minLines ?? 1)) return end(context, row.id, { class: 'model_not_found' });
  if (row.state === 'closed') {
    await moveVendorBatch(database, row.id, 'closed', 'uploading');
    return SOON;
  }
  if (batches.upload && !row.uploaded) return upload(context);
  return submit(context);
}

async function upload(context: VendorBatchContext): Promise<VendorBatchStep> {
  const { row, batches, database } = context;
  try {
    const uploaded = await batches.upload?.(inputOf(context));
    if (uploaded) await keepUploaded(database, row.id, uploaded);
    return SOON;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    context.onError(error);
    // Nothing was begun by it: what the vendor does not take now it may take later, or is asked for by itself.
    if (!isPassing(error) || row.silences >= UPLOAD_TRIES) return end(context, row.id, ofNoLine(error.failure));
    await noteVendorBatch(database, row.id, 'silent');
    return { status: 'working', afterMs: RETRY_MS * 2 ** row.silences };
  }
}

/** Once: what is unknown afterwards is looked for, and never handed in again. */
async function submit(context: VendorBatchContext): Promise<VendorBatchStep> {
  const { row, batches, database } = context;
  if (!(await moveVendorBatch(database, row.id, 'uploading', 'submitting'))) return SOON;
  let ref: VendorBatchRef;
  try {
    ref = await batches.submit(inputOf(context), row.uploaded ?? undefined);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    context.onError(error);
    if (isAmbiguous(error)) return { status: 'working', afterMs: LOOK_FOR_EVERY_MS / 5 };
    return end(context, row.id, ofNoLine(error.failure));
  }
  await retryWhileUnavailable(KEEP_PATIENCE_MS, () => keepSubmitted(database, row.id, ref));
  return SOON;
}

/** What a vendor says of what it is asked, where nobody else is to be asked the same. */
const OF_WHAT_IS_ASKED: ReadonlySet<FailureClass> = new Set<FailureClass>([
  ...(['invalid_request', 'content_policy', 'request_too_large', 'context_length'] as const),
]);

/** A whole batch that is refused, such as one of a model that has none, says nothing of any line: each goes on by itself. */
function ofNoLine(failure: AttemptFailure): AttemptFailure {
  return OF_WHAT_IS_ASKED.has(failure.class) ? { ...failure, class: 'model_not_found' } : failure;
}

/** Until it is found, or is known not to be there: a vendor that cannot say yet, or cannot be asked, is asked again. */
async function lookFor(context: VendorBatchContext): Promise<VendorBatchStep> {
  const { row, batches, database } = context;
  const agoMs = row.submitting_ms ?? 0;
  const found = await find(context, agoMs);
  if (typeof found === 'object') {
    await keepSubmitted(database, row.id, found);
    return SOON;
  }
  const patienceMs = found === undefined ? LOOKED_FOR_MS : MAX_AT_VENDOR_MS;
  if (!batches.find || agoMs > patienceMs) return end(context, row.id, { class: 'lease_lapsed' });
  return { status: 'working', afterMs: Math.max(LOOK_FOR_EVERY_MS, againAfterMs(agoMs)) };
}

async function find(
  { row, batches, database, onError }: VendorBatchContext,
  agoMs: number,
): Promise<VendorBatchRef | 'undecided' | undefined> {
  const { id: key, wanted: least, lines: most } = row;
  const sought = {
    key,
    lines: { least, most },
    agoMs,
    ...(row.uploaded && { uploaded: row.uploaded }),
    hasLine: (customId: string) => hasLine(database, key, customId),
  };
  try {
    return await batches.find?.(sought, timeLimit(ASK_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    onError(error);
    return isPassing(error) ? 'undecided' : undefined;
  }
}

function inputOf({ row, database, opened }: VendorBatchContext) {
  const lines = readRequests(database, opened);
  return { key: row.id, endpoint: row.endpoint, count: row.wanted, lines, signal: timeLimit(SEND_TIMEOUT_MS) };
}
