import type { Usage } from '../../workflows/contracts/usage.js';
import type { AttemptRows } from './attempt-rows.js';

/** Counted output is stored this often, and with it the lease prolonged; well within the lease's ten seconds. */
const renewEveryMs = 2_000;

export interface Lease {
  /** Aborted once the attempt is another execution's, with `{class: 'lease_lapsed'}`. */
  readonly lost: AbortSignal;
  /** What the next renewal stores as the checkpoint. */
  progress(usage: Usage): void;
  end(): void;
}

/** Keeps an attempt ours for as long as we work on it. */
export function keepLease(deps: {
  readonly rows: AttemptRows;
  readonly requestId: string;
  readonly number: number;
  readonly owner: string;
  readonly onRenewal?: () => void;
  readonly onError: (error: unknown) => void;
}): Lease {
  const controller = new AbortController();
  let checkpoint: Usage | undefined;
  let renewing = false;

  const renew = async (): Promise<void> => {
    // A renewal that hangs on a database in trouble must not pile up others behind it.
    if (renewing) return;
    renewing = true;
    try {
      deps.onRenewal?.();
      const isOurs = await deps.rows.renew(deps.requestId, deps.number, deps.owner, checkpoint);
      if (!isOurs) controller.abort({ class: 'lease_lapsed' });
    } catch (error) {
      // While the database is away nobody can take the attempt over either; the record decides who has it.
      deps.onError(error);
    } finally {
      renewing = false;
    }
  };
  const timer = setInterval(() => void renew(), renewEveryMs);
  return {
    lost: controller.signal,
    progress: (usage) => {
      checkpoint = usage;
    },
    end: () => clearInterval(timer),
  };
}
