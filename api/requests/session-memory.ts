import { createHash } from 'node:crypto';
import type { SessionChoice, SessionMemory } from '../../workflows/contracts/sessions.js';

/** Vendors keep a prompt for 5 to 10 minutes after its last use. */
const WARM_MS = 5 * 60_000;
const MAX_SESSIONS = 10_000;

/** What this process knows of sessions, for as long as a vendor's cache of them is likely to be warm. */
export function createSessionMemory(now: () => number = Date.now): SessionMemory {
  const choices = new Map<string, { readonly choice: SessionChoice; readonly untilMs: number }>();
  return {
    recall: (session) => {
      const known = choices.get(session);
      if (known === undefined || known.untilMs > now()) return known?.choice;
      choices.delete(session);
      return undefined;
    },
    note: (session, choice) => {
      // Put in anew, so that the oldest use is the first of the map.
      choices.delete(session);
      choices.set(session, { choice, untilMs: now() + WARM_MS });
      const [oldest] = choices.keys();
      if (choices.size > MAX_SESSIONS && oldest !== undefined) choices.delete(oldest);
    },
  };
}

/** Characters of the hash, 48 bits: a draw takes 32, and a history needs no more of a name than that. */
const AFFINITY_LENGTH = 8;

/** By what a session's vendor is drawn, in every process alike. It says nothing of the name, which may be the caller's words. */
export function affinityOf(projectId: string, sessionId: string): string {
  return sessionKey(projectId, sessionId).slice(0, AFFINITY_LENGTH);
}

/** The name of a caller's session in the memory: two projects that use the same one do not meet. */
export function sessionKey(projectId: string, sessionId: string): string {
  return createHash('sha256').update(`${projectId}\0${sessionId}`).digest('base64url');
}
