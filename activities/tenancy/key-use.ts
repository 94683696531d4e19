import type { Queryable } from '../storage/database.js';

const flushEveryMs = 30_000;

export interface KeyUse {
  /** A key was let in at this moment. */
  note(keyId: string): void;
  /** Writes down what was noted since the last time. */
  flush(): Promise<void>;
  start(): void;
  /** Flushes once more. */
  stop(): Promise<void>;
}

/** When keys were last used: kept in memory and written in one statement, so that a request costs no write of its own. */
export function createKeyUse(deps: {
  readonly database: Queryable;
  readonly onError: (error: unknown) => void;
}): KeyUse {
  const { database, onError } = deps;
  const used = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    const noted = [...used];
    used.clear();
    if (noted.length === 0) return;
    try {
      await writeUse(database, noted);
    } catch (error) {
      // They are told the next time, unless used again by then.
      for (const [keyId, atMs] of noted) if (!used.has(keyId)) used.set(keyId, atMs);
      onError(error);
    }
  };
  const flush = async (): Promise<void> => {
    await writing;
    writing = write();
    await writing;
  };
  return {
    note: (keyId) => void used.set(keyId, Date.now()),
    flush,
    start: () => {
      timer = setInterval(() => void flush(), flushEveryMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

/** Rows are locked in the order of their ids, so that two processes that flush cannot wait for each other in a circle. */
async function writeUse(database: Queryable, noted: readonly (readonly [string, number])[]): Promise<void> {
  await database.query({
    name: 'key-use',
    text: `WITH used AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS u (id, at_ms)),
                locked AS MATERIALIZED (
                  SELECT id FROM tenancy.api_keys WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
                )
           UPDATE tenancy.api_keys k
           SET last_used_at = greatest(k.last_used_at, to_timestamp(used.at_ms / 1000.0))
           FROM locked JOIN used ON used.id = locked.id WHERE k.id = locked.id`,
    values: [noted.map(([id]) => id), noted.map(([, atMs]) => atMs)],
  });
}
