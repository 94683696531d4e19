import type { Instances } from '../../workflows/contracts/ports.js';
import type { Queryable } from '../storage/database.js';
import { machineName, processExists } from './processes-here.js';

/** A process that has not been heard of for so long counts as dead. */
const aliveForMs = 15_000;
const renewEveryMs = 4_000;
/** Every step of a request asks after its holder; the answer need not be fresher than this. */
const rememberMs = 1_000;

export interface RunningInstances extends Instances {
  /** Announces this process and keeps doing so. */
  start(): Promise<void>;
  /** Says that this process is gone, so that nobody waits for its heartbeat to lapse. */
  stop(): Promise<void>;
}

/** The gateway processes that live, by a row each that they renew. */
export function createInstances(deps: {
  readonly database: Queryable;
  readonly id: string;
  readonly onError: (error: unknown) => void;
}): RunningInstances {
  const { database, id } = deps;
  const machine = machineName();
  const answers = new Map<string, { readonly alive: boolean; readonly atMs: number }>();
  let timer: NodeJS.Timeout | undefined;
  let renewing: Promise<void> = Promise.resolve();

  const renew = async (): Promise<void> => {
    await database.query({
      name: 'instance-renew',
      text: `INSERT INTO requests.instances (id, machine, pid, alive_until)
             VALUES ($1, $2, $3, now() + interval '${aliveForMs} milliseconds')
             ON CONFLICT (id) DO UPDATE SET alive_until = EXCLUDED.alive_until`,
      values: [id, machine, process.pid],
    });
  };

  return {
    id,
    isAlive: async (other) => {
      if (other === id) return true;
      const known = answers.get(other);
      if (known && performance.now() - known.atMs < rememberMs) return known.alive;
      const [row] = await database.query<{ machine: string; pid: number }>({
        name: 'instance-alive',
        text: 'SELECT machine, pid FROM requests.instances WHERE id = $1 AND alive_until > now()',
        values: [other],
      });
      // A start after a crash on the same machine would otherwise take the dead for alive until the time has lapsed.
      const alive = row !== undefined && !(row.machine === machine && !processExists(row.pid));
      // Few processes are asked after, and none for long: forgetting all now and then keeps the map small.
      if (answers.size > 1_000) answers.clear();
      answers.set(other, { alive, atMs: performance.now() });
      return alive;
    },
    start: async () => {
      await renew();
      timer = setInterval(() => {
        renewing = renew().catch(deps.onError);
      }, renewEveryMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      // A renewal that overtakes the deletion would bring the row back.
      await renewing;
      await database.query({ text: 'DELETE FROM requests.instances WHERE id = $1', values: [id] });
    },
  };
}
