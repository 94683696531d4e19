import type { Statement, StopSignal } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { Retention } from '../../workflows/contracts/requests.js';
import { sealJson, unsealJson } from '../storage/cipher.js';
import type { ContentKey, ContentRows } from '../content/content-rows.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { isTerminal } from './live-reply.js';

export const replyChannelName = 'sluice_reply';

/** The number under which a reply's end is logged when no attempt owns it; after every real attempt. */
export const endAttempt = 32_767;

/** How long a follower waits for a notification before it looks by itself, in case one was lost. */
const pollMs = 1_000;

/** A reply's events as encrypted rows, for another process, a reconnect or a repeat. */
export interface ReplyLog {
  /** The statement that appends events at a position; a re-run of the same step writes it again, and the first one stands. */
  appending(
    requestId: string,
    key: ContentKey,
    position: { readonly attempt: number; readonly firstSequence: number },
    events: readonly ReplyEvent[],
  ): Statement;
  forget(requestId: string, key: ContentKey, attempt: number): Promise<void>;
  /** From the beginning to the terminal event, waiting for what is not written yet. Ends early where the content is gone. */
  follow(requestId: string, retention: Retention, signal: StopSignal): AsyncIterable<ReplyEvent>;
}

interface LogRow {
  readonly attempt: number;
  readonly first_sequence: number;
  readonly body: Buffer;
}

const table = (kept: boolean): string => (kept ? 'content.kept_log' : 'content.interactive_log');
/** Of content that was destroyed meanwhile nothing more is kept, and the step that writes here is none the worse for it. */
const insert = (kept: boolean): string =>
  kept
    ? `INSERT INTO content.kept_log (request_id, attempt, first_sequence, body)
       SELECT k.request_id, $2, $3, $4 FROM content.kept k WHERE k.request_id = $1 FOR KEY SHARE`
    : `INSERT INTO content.interactive_log (request_id, attempt, first_sequence, body) VALUES ($1, $2, $3, $4)`;
const contextOf = (requestId: string, attempt: number, firstSequence: number): string =>
  `${requestId}/${attempt}/${firstSequence}`;

export function createReplyLog(deps: {
  readonly database: Queryable;
  readonly rows: ContentRows;
  readonly notifications: Notifications;
}): ReplyLog {
  const { database, rows } = deps;
  const waiting = new Map<string, Set<() => void>>();
  deps.notifications.on(replyChannelName, (requestId) => {
    const woken =
      requestId === undefined ? [...waiting.values()].flatMap((set) => [...set]) : [...(waiting.get(requestId) ?? [])];
    for (const wake of woken) wake();
  });

  /** Listens from now on, so that nothing that is written between a look and the wait for more goes unnoticed. */
  const watch = (requestId: string, signal: StopSignal): { next(): Promise<void>; end(): void } => {
    let changed = signal.aborted;
    let wake: (() => void) | undefined;
    const onChange = (): void => {
      changed = true;
      wake?.();
    };
    const set = waiting.get(requestId) ?? new Set();
    waiting.set(requestId, set.add(onChange));
    signal.addEventListener('abort', onChange, { once: true });
    return {
      next: async () => {
        if (!changed) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, pollMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
        changed = false;
      },
      end: () => {
        signal.removeEventListener('abort', onChange);
        set.delete(onChange);
        if (set.size === 0 && waiting.get(requestId) === set) waiting.delete(requestId);
      },
    };
  };
  const readAfter = (requestId: string, kept: boolean, attempt: number, sequence: number): Promise<readonly LogRow[]> =>
    database.query<LogRow>({
      name: `reply-log-read-${kept}`,
      text: `SELECT attempt, first_sequence, body FROM ${table(kept)}
             WHERE request_id = $1 AND (attempt, first_sequence) > ($2, $3) ORDER BY attempt, first_sequence LIMIT 64`,
      values: [requestId, attempt, sequence],
    });

  async function* follow(requestId: string, retention: Retention, signal: StopSignal): AsyncGenerator<ReplyEvent> {
    const changes = watch(requestId, signal);
    try {
      let after = { attempt: 0, sequence: -1 };
      while (!signal.aborted) {
        const contentKey = await rows.keyOf(requestId, retention);
        if (!contentKey) return;
        const found = await readAfter(requestId, contentKey.kept, after.attempt, after.sequence);
        for (const row of found) {
          const context = contextOf(requestId, row.attempt, row.first_sequence);
          for (const event of unsealJson(contentKey.key, context, row.body) as ReplyEvent[]) {
            yield event;
            if (isTerminal(event)) return;
          }
          after = { attempt: row.attempt, sequence: row.first_sequence };
        }
        if (found.length === 0) await changes.next();
      }
    } finally {
      changes.end();
    }
  }

  return {
    appending: (requestId, contentKey, position, events) => ({
      name: `reply-log-append-${contentKey.kept}`,
      text: `WITH written AS (${insert(contentKey.kept)} ON CONFLICT DO NOTHING) SELECT pg_notify('${replyChannelName}', $1)`,
      values: [
        requestId,
        position.attempt,
        position.firstSequence,
        sealJson(contentKey.key, contextOf(requestId, position.attempt, position.firstSequence), events),
      ],
    }),
    forget: async (requestId, contentKey, attempt) => {
      await database.query({
        text: `DELETE FROM ${table(contentKey.kept)} WHERE request_id = $1 AND attempt = $2`,
        values: [requestId, attempt],
      });
    },
    follow,
  };
}
