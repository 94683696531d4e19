import type { EpochKeys } from '../content/epoch-keys.js';
import type { Queryable } from '../storage/database.js';
import { sweepContent } from './sweep-content.js';
import { sweepMoney } from './sweep-money.js';
import { sweepRequests, type RequestSweepDependencies, type SweptRequests } from './sweep-requests.js';

const sweepEveryMs = 10_000;
/** Any number, the same in every process: who has this lock sweeps, the others do not. */
const lockNumber = 7_305_001;

export interface SweepResult extends SweptRequests {
  /** Rows and keys of content whose time was over. */
  readonly expired: number;
}

export interface Sweeper {
  /** One pass over everything; of several processes that try at once, one does it and the others find nothing. */
  sweepOnce(): Promise<SweepResult>;
  start(): void;
  /** Resolves when a pass that is under way is over. */
  stop(): Promise<void>;
}

export type SweeperDependencies = Omit<RequestSweepDependencies, 'olderThanMs'> & {
  readonly epochKeys: EpochKeys;
  /** What other families sweep in the same pass; each tells how much of it went. */
  readonly others?: readonly (() => Promise<number>)[];
  /** Younger requests are left alone: their workflow may be about to start. */
  readonly olderThanMs?: number;
};

/** Ends what crashes have left behind, and what has a time: windows of budgets, credit that expires, content. */
export function createSweeper(deps: SweeperDependencies): Sweeper {
  const { database, others = [], olderThanMs = 30_000, onError } = deps;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const sweepOnce = (): Promise<SweepResult> =>
    // The lock belongs to a transaction, so that it goes with a process that dies in the middle.
    database.transaction(async (transaction) => {
      if (!(await tryLock(transaction))) return { settled: 0, released: 0, expired: 0 };
      await sweepMoney(database);
      const ended = await sweepRequests({ ...deps, olderThanMs });
      let expired = await sweepContent(deps);
      for (const sweep of others) expired += await sweep();
      return { ...ended, expired };
    });
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      underWay = sweepOnce().catch(onError).finally(schedule);
    }, sweepEveryMs);
    timer.unref();
  };

  return {
    sweepOnce,
    start: schedule,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

async function tryLock(transaction: Queryable): Promise<boolean> {
  const [row] = await transaction.query<{ locked: boolean }>({
    text: 'SELECT pg_try_advisory_xact_lock($1) AS locked',
    values: [lockNumber],
  });
  return row?.locked === true;
}
