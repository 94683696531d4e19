import type { ApiClient, ApiObject } from '../api-client.js';
import { CommandError } from '../command.js';
import type { Change, Plan, Ref, SecondsUntil, Step } from './change.js';
import type { NewSecretFile } from './secret-files.js';

export interface Applying {
  readonly api: ApiClient;
  /** Makes the file of a secret before the secret is there: a secret that cannot be kept is not asked for. */
  readonly openSecret: (secret: NonNullable<Change['secret']>) => Promise<NewSecretFile>;
  readonly now: () => number;
  readonly done: (change: Change) => void;
}

/** Makes the changes of a plan in its order. Throws a `CommandError` at the first refusal, which says what was done. */
export async function applyChanges({ changes, ids }: Plan, applying: Applying): Promise<void> {
  const known = new Map(ids);
  for (const [index, change] of changes.entries()) {
    try {
      await applyChange(change, known, applying);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const done = `${index} of ${changes.length} changes were made, none of those behind it`;
      throw new CommandError(
        `Stopped at: ${change.action} ${change.address}. ${reason}\n${done}; apply again to go on.`,
      );
    }
    applying.done(change);
  }
}

async function applyChange(change: Change, known: Map<string, string>, applying: Applying): Promise<void> {
  const file = change.secret && (await applying.openSecret(change.secret));
  for (const [index, step] of change.steps.entries()) {
    const isFirst = index === 0;
    const answer = await send(step, known, applying).catch(async (error: unknown) => {
      if (isFirst) await file?.discard();
      throw error;
    });
    if (!isFirst) continue;
    if (file) await file.write(String(answer.value));
    if (change.action === 'create') known.set(change.address, String(answer.id));
  }
}

function send(
  { method, path, body }: Step,
  known: ReadonlyMap<string, string>,
  { api, now }: Applying,
): Promise<ApiObject> {
  const idOf = ({ ref }: Ref): string => {
    const id = known.get(ref);
    if (id === undefined) throw new Error(`${ref} is not there`);
    return id;
  };
  const parts = path.map((part) => `/${encodeURIComponent(typeof part === 'string' ? part : idOf(part))}`);
  const resolve = (value: unknown): unknown => {
    if (isRef(value)) return idOf(value);
    if (isSecondsUntil(value)) return value.secondsUntil - now();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, resolve(inner)]));
  };
  return api.send(method, parts.join(''), body && resolve(body));
}

function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && 'ref' in value;
}

function isSecondsUntil(value: unknown): value is SecondsUntil {
  return typeof value === 'object' && value !== null && 'secondsUntil' in value;
}
