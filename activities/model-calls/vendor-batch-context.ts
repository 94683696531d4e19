import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { VendorBatchStep } from '../../workflows/contracts/vendor-batches.js';
import { PASSING_FAILURES } from '../../workflows/domain/passing-failures.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import type { Accounts, ProviderFailure, VendorBatches } from '../providers/port.js';
import type { Database } from '../storage/database.js';
import type { OpenedVendorBatch } from './vendor-batch-lines.js';
import { endVendorBatch, type VendorBatchRow } from './vendor-batch-rows.js';

export interface VendorBatchDependencies {
  readonly database: Database;
  readonly epochKeys: EpochKeys;
  readonly accounts: Accounts;
  /** How long one waits at most for further lines. */
  readonly openMs: number;
  /** Has a line's job look. */
  readonly tell: (requestId: string, attempt: number) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** What a move of a batch works with. */
export interface VendorBatchContext extends VendorBatchDependencies {
  readonly row: VendorBatchRow;
  readonly batches: VendorBatches;
  readonly opened: OpenedVendorBatch;
}

/** A vendor that cannot be asked for so long, of which a batch takes a day, is given up. */
export const MAX_AT_VENDOR_MS = 72 * 3_600_000;
export const ASK_MIN_MS = 1_000;
export const ASK_MAX_MS = 5 * 60_000;

/** After how long to ask again: a tenth of what it has taken so far, drawn around it, so that many batches do not ask at once. */
export function againAfterMs(atVendorMs: number, most = ASK_MAX_MS): number {
  return Math.round(Math.min(most, Math.max(ASK_MIN_MS, atVendorMs / 10)) * (0.75 + Math.random() / 2));
}

/** The next move may be made at once. */
export const SOON: VendorBatchStep = { status: 'working', afterMs: 0 };

/** From here on each line has its answer, or has failed so. */
export async function end(
  { database }: Pick<VendorBatchDependencies, 'database'>,
  id: string,
  failure: AttemptFailure,
): Promise<VendorBatchStep> {
  await endVendorBatch(database, id, failure);
  return SOON;
}

/** Of lines that were stopped: by their batch's time, or by somebody. */
export function stoppedFailure({ is_expired: isExpired }: VendorBatchRow): AttemptFailure {
  return { class: isExpired ? 'timeout_total' : 'cancelled' };
}

export function isPassing({ failure }: ProviderFailure): boolean {
  return PASSING_FAILURES.has(failure.class);
}

/** As a deadline of an attempt, so that what it ends counts as a vendor that did not answer, and not as anybody's wish. */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort({ class: 'timeout_total' }), ms).unref();
  return controller.signal;
}
