import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { VendorBatchActivities, VendorBatchStep } from '../../workflows/contracts/vendor-batches.js';
import { type Provider, ProviderFailure, type VendorBatchRef } from '../providers/port.js';
import { keyOf } from './batched-lines.js';
import { submitVendorBatch } from './submit-vendor-batch.js';
import {
  againAfterMs,
  ASK_MAX_MS,
  ASK_MIN_MS,
  end,
  isPassing,
  MAX_AT_VENDOR_MS,
  SOON,
  stoppedFailure,
  timeLimit,
  type VendorBatchContext,
  type VendorBatchDependencies,
} from './vendor-batch-context.js';
import { keepResults, tellLines } from './vendor-batch-lines.js';
import { lookAtVendorBatch, moveVendorBatch, noteVendorBatch, type VendorBatchRow } from './vendor-batch-rows.js';

const OPEN_LOOK_MS = 500;
const ASK_TIMEOUT_MS = 60_000;
const RESULTS_TIMEOUT_MS = 30 * 60_000;
/** What a vendor does not forget when it is asked so often goes by its own time. */
const REMOVE_TRIES = 5;

const GONE: AttemptFailure = { class: 'content_gone' };

/**
 * One move of a batch at a vendor, from what is stored of it: whichever process makes the next one goes on. What is paid is
 * handed in once (`submitting` is written before), and everything else may be done again.
 */
export function createAdvanceVendorBatch(deps: VendorBatchDependencies): VendorBatchActivities['advanceVendorBatch'] {
  return async ({ vendorBatchId: id }) => {
    const row = await lookAtVendorBatch(deps.database, id);
    // Deleted with its batch, or with all that was asked.
    if (!row || row.removed_at) return { status: 'ended' };
    if (row.state === 'open') return close(deps, row);
    if (row.state === 'ended') return finish(deps, row);
    const context = await openContext(deps, row);
    if ('class' in context) return end(deps, id, context);
    return row.state === 'submitted' ? ask(context) : submitVendorBatch(context);
  };
}

/** No further line is to be waited for: all of the batch's have come, or have gone another way. */
async function close({ database, openMs }: VendorBatchDependencies, row: VendorBatchRow): Promise<VendorBatchStep> {
  if (row.expects_more && !row.is_unwanted && row.open_ms < openMs) return { status: 'working', afterMs: OPEN_LOOK_MS };
  await moveVendorBatch(database, row.id, 'open', 'closed');
  return SOON;
}

async function openContext(
  deps: VendorBatchDependencies,
  row: VendorBatchRow,
): Promise<VendorBatchContext | AttemptFailure> {
  const key = await keyOf(deps.epochKeys, row);
  if (key === undefined) return GONE;
  const batches = findProvider(deps, row)?.batches;
  // The account was taken back: another may do, but of what is at the vendor nobody can be asked.
  if (!batches) return { class: row.state === 'submitted' || row.state === 'submitting' ? 'lease_lapsed' : 'auth' };
  return { ...deps, row, batches, opened: { id: row.id, key } };
}

function findProvider({ accounts }: VendorBatchDependencies, row: VendorBatchRow): Provider | undefined {
  const user = { organizationId: row.organization_id, projectId: row.project_id };
  return accounts.find(row.vendor, row.credential_id ?? undefined, user);
}

async function ask(context: VendorBatchContext): Promise<VendorBatchStep> {
  const { row, batches, database } = context;
  const { id, vendor_batch: ref } = row;
  if (ref === null) throw new Error('a batch was handed in without a reference');
  try {
    if (row.is_unwanted && !row.cancelled_at) await stop(context, ref);
    const state = await batches.check(ref, timeLimit(ASK_TIMEOUT_MS));
    if (row.silences > 0) await noteVendorBatch(database, id, 'heard');
    if (state.status === 'running') return { status: 'working', afterMs: nextLookMs(row) };
    const failureOf = (failure: AttemptFailure): AttemptFailure =>
      failure.class === 'cancelled' ? whyStopped(row) : failure;
    for (const where of state.results) {
      const results = batches.results(where, timeLimit(RESULTS_TIMEOUT_MS));
      await keepResults(database, context.opened, results, failureOf);
    }
    return await end(context, id, failureOf(state.missing));
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    context.onError(error);
    const isGivenUp = (row.submitted_ms ?? 0) > MAX_AT_VENDOR_MS;
    // What it has done is unknown from here on, and is never handed in again.
    if (isGivenUp) return end(context, id, { class: 'lease_lapsed' });
    await noteVendorBatch(database, id, 'silent');
    return { status: 'working', afterMs: Math.min(ASK_MAX_MS, ASK_MIN_MS * 2 ** Math.min(row.silences, 9)) };
  }
}

/** A cancellation that comes too late is refused; the question that follows it sees the end. */
async function stop({ row, batches, database, onError }: VendorBatchContext, ref: VendorBatchRef): Promise<void> {
  try {
    await batches.cancel(ref, timeLimit(ASK_TIMEOUT_MS));
    await noteVendorBatch(database, row.id, 'cancelled');
  } catch (error) {
    if (!(error instanceof ProviderFailure) || isPassing(error)) throw error;
    onError(error);
  }
}

/** Stopped by somebody else, as in the vendor's own console: what was not done is asked for by itself. */
function whyStopped(row: VendorBatchRow): AttemptFailure {
  return row.is_unwanted || row.cancelled_at ? stoppedFailure(row) : { class: 'vendor_error' };
}

/** Sooner where it is to stop. */
function nextLookMs({ submitted_ms: atVendorMs, is_unwanted: isUnwanted }: VendorBatchRow): number {
  return againAfterMs(atVendorMs ?? 0, isUnwanted ? ASK_MAX_MS / 10 : ASK_MAX_MS);
}

/** Each line has its answer, or is known to have none: tells their jobs, and has the vendor forget what it was sent. */
async function finish(deps: VendorBatchDependencies, row: VendorBatchRow): Promise<VendorBatchStep> {
  const { database, onError } = deps;
  await tellLines(database, row.id, deps.tell);
  const { vendor_batch: batch, uploaded } = row;
  try {
    const left = { ...(batch && { batch }), ...(uploaded && { uploaded }) };
    if (batch ?? uploaded) await findProvider(deps, row)?.batches?.remove(left, timeLimit(ASK_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    onError(error);
    if (isPassing(error) && row.silences < REMOVE_TRIES) {
      await noteVendorBatch(database, row.id, 'silent');
      return { status: 'working', afterMs: ASK_MIN_MS * 10 ** row.silences };
    }
  }
  await noteVendorBatch(database, row.id, 'removed');
  return { status: 'ended' };
}
