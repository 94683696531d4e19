import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { MediaKind } from '../../workflows/contracts/kinds.js';
import { PASSING_FAILURES } from '../../workflows/domain/passing-failures.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { type MediaAttempt, type Provider, ProviderFailure } from '../providers/port.js';
import type { VendorJobRef, VendorJobs, VendorJobState } from '../providers/port.js';
import { isDatabaseUnavailable } from '../storage/database.js';
import { carryPictures, withoutBytes } from './carried-call.js';
import { stopFailure } from './read-answer.js';

/** An attempt that a vendor does as a job: who does it, and what is asked. */
export interface JobAttempt {
  readonly jobs: VendorJobs<MediaKind>;
  readonly attempt: Omit<MediaAttempt, 'signal' | 'onResponse'>;
}

/** Where the vendor does such a call as a job. */
export function jobAttemptOf(
  { jobs }: Provider,
  attempt: { readonly call: Call } & Pick<MediaAttempt, 'offer' | 'attemptKey' | 'callbackUrl' | 'openStored'>,
): JobAttempt | undefined {
  const { call, offer, attemptKey, callbackUrl, openStored } = attempt;
  if (call.kind === 'chat') return undefined;
  // The jobs of a call's kind take that call, which a table by kind cannot say to the compiler.
  const ofKind = jobs?.[call.kind] as VendorJobs<MediaKind> | undefined;
  if (ofKind?.takes?.(offer) === false) return undefined;
  const reach = { ...(callbackUrl !== undefined && { callbackUrl }), ...(openStored && { openStored }) };
  return ofKind && { jobs: ofKind, attempt: { call, offer, attemptKey, ...reach } };
}

/** Failures after which nobody can say whether the vendor has taken the job on. */
const AMBIGUOUS: ReadonlySet<FailureClass> = new Set<FailureClass>([
  ...(['connection', 'cut', 'bad_response', 'timeout_first_token', 'timeout_total'] as const),
]);

/** Whether nobody can say what became of a hand-in that failed so. */
export function isAmbiguous(error: ProviderFailure): boolean {
  return !isUnsent(error) && AMBIGUOUS.has(error.failure.class);
}

function isUnsent({ systemCode }: ProviderFailure): boolean {
  return systemCode !== undefined && UNSENT_CODES.has(systemCode);
}

/** No connection came about, so that nothing was sent. */
const UNSENT_CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL'],
]);

/**
 * Hands the job in and has its reference stored before anything else is done. Paid work is never handed in twice: where it
 * is unknown whether it was taken on, the attempt ends so. @throws ProviderFailure, `lease_lapsed` in that case.
 */
export async function handIn(
  { jobs, attempt }: JobAttempt,
  {
    signal,
    onResponse,
    keep,
  }: Pick<MediaAttempt, 'signal' | 'onResponse'> & {
    readonly keep: (job: VendorJobRef) => Promise<void>;
  },
): Promise<VendorJobRef> {
  const call = await carryPictures(attempt.call, attempt.openStored);
  let job: VendorJobRef;
  try {
    job = await jobs.submit({ ...attempt, call, signal, ...(onResponse && { onResponse }) });
  } catch (error) {
    if (!(error instanceof ProviderFailure) || !isAmbiguous(error)) throw error;
    throw new ProviderFailure({ ...error.failure, class: 'lease_lapsed' }, error.detail);
  }
  await keep(job);
  return job;
}

/** Failures of an output's download that say nothing of the output: its vendor is asked about it again. */
const PASSING_DOWNLOADS: ReadonlySet<FailureClass> = new Set<FailureClass>([
  ...(['connection', 'cut', 'overloaded', 'vendor_error', 'rate_limited'] as const),
]);

/**
 * Whether what went wrong with a job that its vendor has taken on is a matter of time: the network, Postgres or the object
 * store is away. What the vendor has made, and is paid for, is not given up for that.
 */
export function willPass(error: unknown): boolean {
  if (error instanceof ProviderFailure) return PASSING_DOWNLOADS.has(error.failure.class);
  if (error instanceof RefusalError) return error.refusal.code === 'unavailable';
  return isDatabaseUnavailable(error);
}

export type Look =
  | VendorJobState
  /** `againMs` where the vendor says how long it will be so. */
  | { readonly status: 'silent'; readonly againMs?: number };

/** Asks once how the job is; `silent` where the vendor could not say. @throws ProviderFailure that will not pass. */
export async function lookAt({ jobs, attempt }: JobAttempt, job: VendorJobRef, signal: AbortSignal): Promise<Look> {
  try {
    return await jobs.check({ ...attempt, call: withoutBytes(attempt.call), job, signal });
  } catch (error) {
    if (signal.aborted) throw stopFailure(signal);
    if (!(error instanceof ProviderFailure) || !PASSING_FAILURES.has(error.failure.class)) throw error;
    const { retryAfterMs } = error.failure;
    return { status: 'silent', ...(retryAfterMs !== undefined && { againMs: retryAfterMs }) };
  }
}

/** What is told of an attempt whose call may be gone. */
export interface JobToStop {
  readonly jobs: Pick<VendorJobs<MediaKind>, 'cancel'>;
  readonly attempt: Pick<MediaAttempt, 'offer' | 'attemptKey'>;
}

/** Asks the vendor to stop, for whoever has left: it may be deaf to that, and what it makes is then made in vain. */
export async function askToCancel(
  { jobs, attempt }: JobToStop,
  job: VendorJobRef,
  onError: (error: unknown) => void,
): Promise<void> {
  if (jobs.cancel === undefined) return;
  const { offer, attemptKey } = attempt;
  await jobs.cancel({ offer, attemptKey, job, signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) }).catch(onError);
}

const CANCEL_TIMEOUT_MS = 10_000;

/** Each look is some ten events of its job's flow; so far apart they are for all jobs together, on what two cores can do. */
const BETWEEN_LOOKS_MS = 25;

/**
 * After how long to ask again: a tenth of what it has taken so far, so that nobody learns of the end much later than it comes;
 * or as the vendor says. Where so many jobs are at vendors that their questions would stand in each other's way, the more
 * seldom, and where the vendor was silent so often in a row. The flow draws around it, so that those which began together are
 * kept apart.
 */
export function againAfterMs({
  agoMs,
  told,
  silences,
  atVendors,
}: {
  readonly agoMs: number;
  readonly told?: number | undefined;
  readonly silences: number;
  readonly atVendors: number;
}): number {
  const usual = told ?? Math.min(30_000, Math.max(2_000, agoMs / 10));
  const apart = Math.max(usual, atVendors * BETWEEN_LOOKS_MS);
  const slower = Math.min(120_000, apart * 2 ** Math.min(silences, 6));
  return Math.round(Math.max(100, slower));
}

const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 5_000;
const LOOKS_GROW_BY = 1.4;
const LOOKS_JITTER = 0.2;

/**
 * After how long to ask again while the caller waits for the answer, after so many looks: in steps that grow, as the vendor says where
 * that is longer, and a fifth more or less, so that jobs which began together do not ask together. `random` is from 0 to 1.
 */
export function waitAfterLook(looks: number, told: number | undefined, random: number): number {
  const usual = Math.min(FIRST_LOOK_MS * LOOKS_GROW_BY ** looks, LONGEST_LOOK_MS);
  return Math.max(told ?? 0, Math.round(usual * (1 - LOOKS_JITTER + 2 * LOOKS_JITTER * random)));
}
