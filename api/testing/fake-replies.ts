import type { ReplyChannel, StopSignal } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import { isTerminal } from '../requests/answer-renderer.js';

/** Events that may wait for their reader, few so that a test soon sees who waits for whom. */
const QUEUE_MAX = 4;

export interface FakeReplies extends ReplyChannel {
  /** What an activity does: resolves once there is room. The log keeps every event as well. */
  push(requestId: string, event: ReplyEvent): Promise<void>;
  /** How the callers that were connected have left. */
  readonly left: Map<string, 'abort' | 'finish'>;
  readonly log: Map<string, ReplyEvent[]>;
  /** Ends the live queue as a too slow reader's is ended. */
  cut(requestId: string): void;
  /** Destroys the log: whoever follows it finds nothing more. */
  destroyLog(requestId: string): void;
  /** Who follows a log now, and how many ever have. */
  readonly followers: number;
  readonly followed: number;
}

interface Queue {
  readonly events: ReplyEvent[];
  over: boolean;
}

/** The reply channel in memory: a bounded queue for a caller, and a log that can be followed. */
export function createFakeReplies(): FakeReplies {
  const queues = new Map<string, Queue>();
  const log = new Map<string, ReplyEvent[]>();
  const left = new Map<string, 'abort' | 'finish'>();
  const destroyed = new Set<string>();
  const waiters = new Set<() => void>();
  let followers = 0;
  let followed = 0;

  const changed = (): void => {
    for (const wake of [...waiters]) wake();
  };
  const change = (signal?: StopSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiters.delete(wake);
        resolve();
      };
      waiters.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  const end = (queue: Queue): void => {
    queue.over = true;
    queue.events.length = 0;
    changed();
  };

  async function* readQueue(queue: Queue): AsyncGenerator<ReplyEvent> {
    while (!queue.over) {
      const event = queue.events.shift();
      if (!event) {
        await change();
        continue;
      }
      changed();
      yield event;
      if (isTerminal(event)) break;
    }
    queue.over = true;
  }

  async function* readLog(requestId: string, signal: StopSignal): AsyncGenerator<ReplyEvent> {
    followers += 1;
    followed += 1;
    try {
      for (let at = 0; !signal.aborted && !destroyed.has(requestId);) {
        const event = log.get(requestId)?.[at];
        if (!event) {
          await change(signal);
          continue;
        }
        at += 1;
        yield event;
        if (isTerminal(event)) return;
      }
    } finally {
      followers -= 1;
    }
  }

  return {
    left,
    log,
    get followers() {
      return followers;
    },
    get followed() {
      return followed;
    },
    attach: (requestId) => {
      const queue: Queue = { events: [], over: false };
      queues.set(requestId, queue);
      return {
        events: readQueue(queue),
        leave: (policy) => {
          if (queue.over) return;
          left.set(requestId, policy);
          end(queue);
        },
        get ended() {
          return queue.over;
        },
      };
    },
    follow: readLog,
    push: async (requestId, event) => {
      log.set(requestId, [...(log.get(requestId) ?? []), event]);
      const queue = queues.get(requestId);
      if (queue && !queue.over) queue.events.push(event);
      changed();
      while (queue && !queue.over && queue.events.length > QUEUE_MAX && !isTerminal(event)) await change();
    },
    cut: (requestId) => {
      const queue = queues.get(requestId);
      if (queue) end(queue);
    },
    destroyLog: (requestId) => {
      destroyed.add(requestId);
      changed();
    },
  };
}
