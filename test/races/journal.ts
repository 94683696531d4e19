import pg from 'pg';
import type { Violation } from '../chaos/facts.js';
import type { Looks } from '../chaos/looks.js';

/**
 * Writes down each state that an account's row ever has. The trigger runs with the row locked, so that the numbers are in the
 * order of the changes. What the database takes back, it takes back here as well, but for a sequence: that one tells also of
 * a hold which only the table's constraint has stopped.
 */
export async function installJournal(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`
      CREATE SCHEMA race;
      CREATE SEQUENCE race.holds_beyond;
      CREATE TABLE race.moments (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id text NOT NULL, is_hold boolean NOT NULL,
        allowed bigint NOT NULL, credited bigint NOT NULL, posted bigint NOT NULL, pending bigint NOT NULL
      );
      CREATE FUNCTION race.note() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        v_allowed bigint := least(NEW.credits_posted, coalesce(NEW.ceiling, NEW.credits_posted));
        v_is_hold boolean := NEW.debits_pending > OLD.debits_pending;
      BEGIN
        IF v_is_hold AND NEW.debits_posted + NEW.debits_pending > v_allowed THEN
          PERFORM nextval('race.holds_beyond');
        END IF;
        INSERT INTO race.moments (account_id, is_hold, allowed, credited, posted, pending)
          VALUES (NEW.id, v_is_hold, v_allowed, NEW.credits_posted, NEW.debits_posted, NEW.debits_pending);
        RETURN NEW;
      END $$;
      CREATE TRIGGER race_note BEFORE UPDATE ON ledger.accounts FOR EACH ROW WHEN (OLD.kind <> 'house')
        EXECUTE FUNCTION race.note();`);
  } finally {
    await client.end();
  }
}

export interface Moment {
  readonly number: bigint;
  /** Whether this change held money, as opposed to a charge, a release or a change of the amount. */
  readonly isHold: boolean;
  /** What may be spent: a budget's amount, also where it was lowered below what is held. */
  readonly allowed: bigint;
  readonly credited: bigint;
  readonly posted: bigint;
  readonly pending: bigint;
}

export function readMoments(database: Looks, accountId: string): Promise<readonly Moment[]> {
  return database.query<Moment>(
    `SELECT number, is_hold AS "isHold", allowed, credited, posted, pending FROM race.moments
     WHERE account_id = $1 ORDER BY number`,
    [accountId],
  );
}

/** Holds that were tried although the account did not allow them, those included that its constraint has undone. */
export async function holdsBeyond(database: Looks): Promise<bigint> {
  const [row] = await database.query<{ count: bigint }>(
    'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS count FROM race.holds_beyond',
    [],
  );
  return row?.count ?? -1n;
}

/**
 * At each moment: no hold beyond the amount in force, and neither spending nor holds beyond the largest amount so far. The
 * first amount is that of the account's making, of which there is no moment.
 */
export function judgeMoments(about: string, first: bigint, moments: readonly Moment[]): readonly Violation[] {
  let largest = first;
  return moments.flatMap(({ number, isHold, allowed, credited, posted, pending }) => {
    if (allowed > largest) largest = allowed;
    const figures = `spent ${posted}, held ${pending}, allowed ${allowed}, largest ${largest} (moment ${number})`;
    const taken = posted + pending;
    return [
      ...(isHold && taken > allowed ? [{ about, what: `a hold passes the amount in force: ${figures}` }] : []),
      ...(taken > largest ? [{ about, what: `more than was ever allowed: ${figures}` }] : []),
      ...(taken > credited ? [{ about, what: `overdrawn: ${figures}` }] : []),
      ...(pending < 0n ? [{ about, what: `holds less than nothing: ${figures}` }] : []),
    ];
  });
}
