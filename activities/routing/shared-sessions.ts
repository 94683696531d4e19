import type { SessionMemory } from '../../workflows/contracts/sessions.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';

export const sessionsChannelName = 'sluice_sessions';

/** An announcement has at most 8,000 bytes: each of these takes 43 for its hash, and the id of a model hardly more than 100. */
const SESSIONS_A_TELLING = 25;
/** Those noted within this time are told together, so that the database is asked no more often, whatever the load. */
const TOLD_EVERY_MS = 100;
/** What could not be told is forgotten beyond these: it costs a vendor's cache, never an answer. */
const MOST_UNTOLD = 1_000;

export interface SharedSessionsDependencies {
  readonly memory: SessionMemory;
  readonly database: Queryable;
  readonly notifications: Notifications;
  /** This process's name: what it has told itself is no news to it. */
  readonly instanceId: string;
  readonly onError: (error: unknown) => void;
}

/**
 * A memory of sessions that all processes tell each other of, so that a session keeps its model whichever of them it meets. No
 * request waits for it, and nothing of it is stored: an announcement that is missed costs a vendor's cache. The last that is
 * told counts; a session has one request after the other.
 */
export function createSharedSessions(deps: SharedSessionsDependencies): SessionMemory {
  const { memory, database, notifications, instanceId, onError } = deps;
  const untold = new Map<string, Told>();
  let isTelling = false;

  const tell = async (): Promise<void> => {
    const told = [...untold.values()];
    untold.clear();
    const groups = Array.from({ length: Math.ceil(told.length / SESSIONS_A_TELLING) }, (_, index) =>
      told.slice(index * SESSIONS_A_TELLING, (index + 1) * SESSIONS_A_TELLING),
    );
    await database.query({
      text: `SELECT pg_notify('${sessionsChannelName}', payload) FROM unnest($1::text[]) AS payload`,
      values: [groups.map((sessions) => JSON.stringify({ from: instanceId, sessions } satisfies Telling))],
    });
  };
  const tellSoon = (): void => {
    if (isTelling || untold.size === 0) return;
    isTelling = true;
    void tell()
      .catch(onError)
      .finally(() => {
        setTimeout(() => {
          isTelling = false;
          tellSoon();
        }, TOLD_EVERY_MS).unref();
      });
  };
  notifications.on(sessionsChannelName, (payload) => {
    // After a reconnect some may have been missed, and nobody can tell which.
    if (payload === undefined) return;
    const { from, sessions } = JSON.parse(payload) as Telling;
    if (from === instanceId) return;
    for (const [session, model, textBytes] of sessions) memory.note(session, { model, textBytes });
  });

  return {
    recall: (session) => memory.recall(session),
    note: (session, choice) => {
      memory.note(session, choice);
      const [oldest] = untold.keys();
      if (untold.size >= MOST_UNTOLD && oldest !== undefined) untold.delete(oldest);
      untold.set(session, [session, choice.model, choice.textBytes]);
      tellSoon();
    },
  };
}

/** A session by its hash, its model, and the bytes of its text. */
type Told = readonly [session: string, model: string, textBytes: number];

interface Telling {
  readonly from: string;
  readonly sessions: readonly Told[];
}
