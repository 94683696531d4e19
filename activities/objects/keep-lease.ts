import { refuse, type RefusalError } from '../../workflows/domain/refusal-error.js';
import type { Database } from '../storage/database.js';
import { renewLease } from './object-rows.js';

const renewEveryMs = 15_000;

/** What tells others that a writer lives. */
export interface Lease {
  /** The same pieces, until the lease is lost: what nobody waits for is not written to its end. */
  whileHeld(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  end(): void;
}

/** Its writer was silent for so long that it was taken for dead: whoever sends the bytes again may have more luck. */
export function destroyedMeanwhile(): RefusalError {
  return refuse('unavailable', 'The object was destroyed while it was being written. Send it again.');
}

export function keepLease(
  { database, onError }: { readonly database: Database; readonly onError: (error: unknown) => void },
  id: string,
): Lease {
  let held = true;
  const renew = async (): Promise<void> => {
    held = await renewLease(database, id);
  };
  // A database that is away for a moment does not end the lease, which is four times as long.
  const timer = setInterval(() => void renew().catch(onError), renewEveryMs);
  timer.unref();
  return {
    whileHeld: async function* (pieces) {
      for await (const piece of pieces) {
        if (!held) throw destroyedMeanwhile();
        yield piece;
      }
    },
    end: () => clearInterval(timer),
  };
}
