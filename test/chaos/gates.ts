import pg from 'pg';
import { until } from './until.js';

/** Places in a request's path where the database makes it stand still, by the statement that would pass them. */
export const gates = {
  /** Priced requests stand behind each other here: the first one has the accounts' rows locked. */
  reservation: { key: 1, on: 'BEFORE INSERT ON ledger.holds FOR EACH STATEMENT' },
  claim: { key: 2, on: 'BEFORE INSERT ON requests.attempts FOR EACH STATEMENT' },
  outcome: {
    key: 3,
    on: `BEFORE UPDATE ON requests.attempts FOR EACH ROW WHEN (NEW.state = 'recorded' AND OLD.state = 'sending')`,
  },
  settlement: { key: 4, on: 'BEFORE INSERT ON ledger.resolutions FOR EACH STATEMENT' },
  acceptance: { key: 5, on: 'BEFORE INSERT ON requests.requests FOR EACH STATEMENT' },
  /** By what a vendor is asked about the job that it has taken on. */
  reference: {
    key: 6,
    on: `BEFORE UPDATE ON requests.attempts FOR EACH ROW WHEN (NEW.vendor_job IS NOT NULL AND OLD.vendor_job IS NULL)`,
  },
  /** All bytes of an output are in the object store. */
  stored: {
    key: 7,
    on: `BEFORE UPDATE ON objects.objects FOR EACH ROW WHEN (NEW.state = 'ready' AND OLD.state = 'writing')`,
  },
} as const;

export type GateName = keyof typeof gates;

/** Marks our advisory locks among any others. */
const lockClass = 7_331;

/** Puts a gate on each place. Open gates cost a lock that is shared, so that nobody waits for anybody. */
export async function installGates(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`
      CREATE SCHEMA chaos;
      CREATE FUNCTION chaos.pass() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(${lockClass}, TG_ARGV[0]::int);
        RETURN NEW;
      END $$;`);
    for (const [name, { key, on }] of Object.entries(gates)) {
      const [event, rest = ''] = on.split(/ (?=FOR EACH)/);
      await client.query(`CREATE TRIGGER chaos_${name} ${event} ${rest} EXECUTE FUNCTION chaos.pass('${key}')`);
    }
  } finally {
    await client.end();
  }
}

export interface ClosedGate {
  /** Resolves once so many of the gateway's statements stand before the gate, or behind another that does. */
  waitForStanding(count: number): Promise<void>;
  /** Ends the connections that stand there, as if Postgres had noticed at once that their process is gone. */
  dismiss(): Promise<void>;
  /** A no-op where Postgres has been killed: the lock died with it. */
  open(): Promise<void>;
}

/** Closes a gate by a lock of this process's own session. */
export async function closeGate(databaseUrl: string, name: GateName): Promise<ClosedGate> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'chaos' });
  let lost = false;
  client.on('error', () => {
    lost = true;
  });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1, $2)', [lockClass, gates[name].key]);
  const standing = async (): Promise<readonly number[]> => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'sluice' AND datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.map(({ pid }) => pid);
  };
  return {
    waitForStanding: (count) =>
      until(`${count} statements to stand at the gate ${name}`, async () => {
        const now = (await standing()).length;
        return now >= count ? true : { pending: `${now} stand there` };
      }),
    dismiss: async () => {
      // Those behind the first ones come up to the gate as these leave.
      for (let pids = await standing(); pids.length > 0; pids = await standing()) {
        await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [pids]);
      }
    },
    open: async () => {
      if (lost) return;
      // Ends the session, and the lock with it; where Postgres has died in this moment, so has the lock.
      await client.end().catch(() => undefined);
    },
  };
}
