import type { ObjectStore } from '../../workflows/contracts/objects.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { overSource } from '../streams/over-source.js';
import { type OpenStored, ProviderFailure } from '../providers/port.js';
import { retryWhileUnavailable } from '../storage/retry-while-unavailable.js';
import { stopFailure } from './read-answer.js';
import { willPass } from './vendor-job.js';

const GONE = 'The file that came with the request is no longer there.';
const AWAY = 'The object store cannot be reached.';
const BROKEN = 'The object store could not be read.';
/** Where the store does not say after how long to ask again. */
const USUAL_WAIT_MS = 2_000;

/** How long an attempt waits for a store that is away: somebody holds a connection for a request, and nobody for a job. */
const PATIENCE_MS = { interactive: 20_000, job: 300_000 } as const;

/**
 * What an attempt may spend on waiting for its files, in milliseconds: half of what its deadlines leave at the most, because its vendor
 * is not to be blamed for a time that it was never given.
 */
export function storePatienceMs({ lane, deadlines, stream }: RequestInput, leftMs = Infinity): number {
  const { firstTokenMs, totalMs } = deadlines;
  return Math.min(PATIENCE_MS[lane], Math.min(totalMs, leftMs, stream ? firstTokenMs : Infinity) / 2);
}

export interface StoredFilesOptions {
  readonly projectId: string;
  /** How long a store that is away is waited for, each time that a file is opened. */
  readonly patienceMs: number;
  /** Nobody wants the file any more. */
  readonly stop: AbortSignal;
  /** Takes the name of what went wrong; never content. */
  readonly onError: (error: unknown) => void;
}

/**
 * The files that a request has brought, for the adapters of vendors. What goes wrong with them is no vendor's fault: a store that
 * is away is waited for before anything is sent, and one that is away for longer, or breaks off, is `store_unavailable`.
 */
export function openStoredOf(
  objects: Pick<ObjectStore, 'read'>,
  { projectId, patienceMs, stop, onError }: StoredFilesOptions,
): OpenStored {
  const failed = (error: unknown): ProviderFailure => {
    if (stop.aborted) return stopFailure(stop);
    onError(error);
    return toFailure(error);
  };
  return async ({ id }) => {
    const read = (): ReturnType<ObjectStore['read']> => objects.read({ id, projectId });
    const stored = await retryWhileUnavailable(patienceMs, read, { isAway: willPass, stop }).catch((error: unknown) => {
      throw failed(error);
    });
    if (stored === undefined) throw new ProviderFailure({ class: 'content_gone' }, { message: GONE });
    return overSource(whole(stored, failed), stored);
  };
}

function toFailure(error: unknown): ProviderFailure {
  if (!willPass(error)) return new ProviderFailure({ class: 'internal' }, { message: BROKEN });
  const retryAfterMs = (error instanceof RefusalError ? error.refusal.retryAfterMs : undefined) ?? USUAL_WAIT_MS;
  return new ProviderFailure({ class: 'store_unavailable', retryAfterMs }, { message: AWAY });
}

async function* whole(
  stored: AsyncIterable<Uint8Array>,
  failed: (error: unknown) => ProviderFailure,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stored;
  } catch (error) {
    throw failed(error);
  }
}
