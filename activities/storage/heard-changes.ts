import { randomUUID } from 'node:crypto';
import type { Queryable } from './database.js';
import type { Notifications } from './notifications.js';

export const heardChannelName = 'sluice_heard';

/** After so long every process goes by a change in any case, or looks again because its connection was new. */
const PATIENCE_MS = 1_000;

/**
 * Waits until this process has been told of every change that was committed before the call. Postgres tells in the order of
 * commits, over the one connection that listens: a note to oneself comes after all that it stands behind. Where that connection is
 * being made anew everything is forgotten then, which is as good. Never rejects: the change that it waits for stands.
 */
export function createHeardChanges(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
  readonly onError: (error: unknown) => void;
}): () => Promise<void> {
  const waiting = new Map<string, () => void>();
  deps.notifications.on(heardChannelName, (note) => {
    if (note !== undefined) return waiting.get(note)?.();
    for (const heard of waiting.values()) heard();
  });
  return async () => {
    const note = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<void>((resolve) => {
      waiting.set(note, resolve);
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    try {
      await deps.database.query({ text: `SELECT pg_notify('${heardChannelName}', $1)`, values: [note] });
      await heard;
    } catch (error) {
      deps.onError(error);
    } finally {
      clearTimeout(timer);
      waiting.delete(note);
    }
  };
}
