import type { Statement } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { ContentKey } from '../content/content-rows.js';
import { isDatabaseUnavailable, type Queryable } from '../storage/database.js';
import { isTerminal } from './live-reply.js';
import { endAttempt, type ReplyLog } from './reply-log.js';

const flushEveryMs = 100;
const flushAtEvents = 64;
/** Events that may wait for Postgres to come back before the answer is given up. */
const mostWaitingEvents = 10_000;

/** Batches a reply's events into rows of the log: a row for each event would cost more than the event. */
export interface LoggedReply {
  push(event: ReplyEvent): Promise<void>;
  /** Writes what is batched, then gives the statement that would log these events next. */
  seal(events: readonly ReplyEvent[]): Promise<Statement | undefined>;
  close(): void;
}

interface Position {
  readonly attempt: number;
  readonly sequence: number;
}

export function createLoggedReply(deps: {
  readonly log: ReplyLog;
  readonly database: Queryable;
  readonly requestId: string;
  readonly contentKey: ContentKey;
  readonly onError: (error: unknown) => void;
}): LoggedReply {
  let batch: ReplyEvent[] = [];
  let first: Position | undefined;
  let last: Position = { attempt: endAttempt, sequence: -1 };
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const positionOf = (event: ReplyEvent): Position =>
    event.type === 'frame'
      ? { attempt: event.attempt, sequence: event.sequence }
      : { attempt: last.attempt, sequence: last.sequence + 1 };
  const appending = (position: Position, events: readonly ReplyEvent[]): Statement =>
    deps.log.appending(
      deps.requestId,
      deps.contentKey,
      { attempt: position.attempt, firstSequence: position.sequence },
      events,
    );
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (!first || batch.length === 0) return;
    const [events, position] = [batch, first];
    await deps.database.query(appending(position, events));
    // Taken out only once written, so that a failed write is tried again with the next flush.
    batch = batch.slice(events.length);
    first = batch[0] && { attempt: position.attempt, sequence: position.sequence + events.length };
  };
  const flush = (): Promise<void> => {
    writing = writing.catch(() => {}).then(write);
    return writing;
  };
  // A vendor's answer need not end where Postgres is away: its log is written with the next flush, or by the recorder.
  const flushUnlessAway = async (): Promise<void> => {
    try {
      await flush();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || batch.length >= mostWaitingEvents) throw error;
      deps.onError(error);
    }
  };

  return {
    push: async (event) => {
      const position = positionOf(event);
      if (first && position.attempt !== first.attempt) await flush();
      first ??= position;
      last = position;
      batch = [...batch, event];
      if (batch.length >= flushAtEvents || isTerminal(event)) return flushUnlessAway();
      timer ??= setTimeout(() => {
        flush().catch(deps.onError);
      }, flushEveryMs);
    },
    seal: async (events) => {
      await flush();
      const [head] = events;
      return head && appending(positionOf(head), events);
    },
    close: () => clearTimeout(timer),
  };
}
