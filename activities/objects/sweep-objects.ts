import type { Database } from '../storage/database.js';
import type { Blobs } from './blobs.js';
import { noteErased } from './object-rows.js';

const pageSize = 200;
/** A store that fails so often in a row is away; the next pass goes on. */
const mostFailures = 3;

/**
 * The end of a request destroys what it has brought; what belongs to none that runs is left by a process that died before it had
 * read the whole form, or could start its request. A form has five minutes to arrive, and its request follows at once.
 */
const destroyLostInputs = `
  UPDATE objects.objects o SET state = 'destroyed', wrapped_key = NULL, details = NULL, epoch = NULL
  WHERE kind = 'input' AND state = 'ready' AND created_at < now() - interval '15 minutes'
    AND NOT EXISTS (SELECT FROM requests.requests r WHERE r.id = o.request_id AND r.ended_at IS NULL)`;

export interface ObjectSweepDependencies {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly onError: (error: unknown) => void;
}

/**
 * Destroys what has outlived its stated time, and what writers that died have left; then deletes the bytes of all that is
 * destroyed. Returns how many objects it has dealt with.
 */
export async function sweepObjects(deps: ObjectSweepDependencies): Promise<number> {
  const { database } = deps;
  await database.query({
    text: `UPDATE objects.objects SET state = 'destroyed', wrapped_key = NULL, details = NULL, epoch = NULL
           WHERE (state = 'ready' AND expires_at < now()) OR (state = 'writing' AND lease_until < now())`,
  });
  await database.query({ text: destroyLostInputs });
  // For a day they are told to be expired; then they are gone.
  await database.query({ text: `DELETE FROM objects.uploads WHERE expires_at < now() - interval '1 day'` });
  let swept = 0;
  let failures = 0;
  let page: readonly Destroyed[] = [];
  do {
    page = await findDestroyed(database, page.at(-1)?.id ?? '');
    for (const object of page) {
      const done = await eraseOne(deps, object);
      failures = done ? 0 : failures + 1;
      if (failures === mostFailures) return swept;
      if (done) swept += 1;
    }
  } while (page.length === pageSize);
  return swept;
}

interface Destroyed {
  readonly id: string;
  readonly storage_key: string;
  readonly erased_at: Date | null;
  readonly [column: string]: unknown;
}

function findDestroyed(database: Database, afterId: string): Promise<readonly Destroyed[]> {
  return database.query<Destroyed>({
    text: `SELECT id, storage_key, erased_at FROM objects.objects
           WHERE state = 'destroyed' AND id > $1 AND (erased_at IS NULL OR erased_at < now() - interval '1 hour')
           ORDER BY id LIMIT ${pageSize}`,
    values: [afterId],
  });
}

async function eraseOne({ database, blobs, onError }: ObjectSweepDependencies, object: Destroyed): Promise<boolean> {
  try {
    await blobs.erase(object.storage_key);
    if (object.erased_at === null) await noteErased(database, object.id);
    else await database.query({ text: 'DELETE FROM objects.objects WHERE id = $1', values: [object.id] });
    return true;
  } catch (error) {
    onError(error);
    return false;
  }
}
