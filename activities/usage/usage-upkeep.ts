import type { Queryable } from '../storage/database.js';

const everyMs = 3_600_000;
/** Postgres's `lock_not_available`: somebody's report has the table, and the next time is early enough. */
const lockNotAvailable = '55P03';

export interface UsageUpkeep {
  /** Makes partitions ahead and drops old ones; false where another process is at it, or the table is in use. */
  runOnce(): Promise<boolean>;
  start(): void;
  /** Resolves when a run that is under way is over. */
  stop(): Promise<void>;
}

/** Keeps the partitions of usage records: some months ahead, and none that is older than the retention. */
export function createUsageUpkeep(deps: {
  readonly database: Queryable;
  readonly retentionDays: number;
  readonly onError: (error: unknown) => void;
}): UsageUpkeep {
  const { database, retentionDays, onError } = deps;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  const runOnce = async (): Promise<boolean> => {
    try {
      const [row] = await database.query<{ done: boolean }>({
        text: `SELECT usage.maintain(make_interval(days => $1)) AS done`,
        values: [retentionDays],
      });
      return row?.done === true;
    } catch (error) {
      if ((error as { code?: unknown }).code === lockNotAvailable) return false;
      throw error;
    }
  };
  const run = (): void => {
    underWay = runOnce().catch(onError);
  };
  return {
    runOnce,
    start: () => {
      run();
      timer = setInterval(run, everyMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
