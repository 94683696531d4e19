import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { ReplyAttachment } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';

/** Events that may wait for a caller before the vendor is read no further. */
const highWaterEvents = 32;

/** A reply whose caller is connected to this process. */
export interface LiveReply {
  readonly attachment: ReplyAttachment;
  push(event: ReplyEvent): Promise<void>;
  readonly stop: AbortSignal;
  /** Aborted once nothing will be read any more. */
  readonly ended: AbortSignal;
  /** Stops the request from here, with its reason. */
  abort(reason: FailureClass): void;
}

export function isTerminal(event: ReplyEvent): boolean {
  return event.type !== 'frame';
}

export interface LiveReplyOptions {
  readonly slowReaderMs: number;
  /** Called once, when nothing more will be read. */
  readonly onEnd: () => void;
  /** Called once, where the request is to stop. */
  readonly onAbort: (reason: FailureClass) => void;
}

/** A bounded queue between one activity and one caller. */
export function createLiveReply(options: LiveReplyOptions): LiveReply {
  const controller = new AbortController();
  const queue: ReplyEvent[] = [];
  const over = new AbortController();
  let last = { attempt: 0, sequence: -1 };
  let wakeReader: (() => void) | undefined;
  // More than one where the activity here and another process's log bring the same answer.
  const waitingWriters = new Set<() => void>();
  const wakeWriters = (): void => {
    for (const wake of waitingWriters) wake();
  };

  const end = (): void => {
    if (over.signal.aborted) return;
    over.abort();
    queue.length = 0;
    wakeReader?.();
    wakeWriters();
    options.onEnd();
  };
  const abort = (reason: FailureClass): void => {
    if (controller.signal.aborted) return;
    controller.abort({ class: reason });
    options.onAbort(reason);
  };
  // The same event can come from the activity here and from another process's log: the caller gets it once.
  const isOld = (event: ReplyEvent): boolean =>
    event.type === 'frame' &&
    (event.attempt < last.attempt || (event.attempt === last.attempt && event.sequence <= last.sequence));
  const waitForRoom = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        abort('slow_reader');
        end();
      }, options.slowReaderMs);
      const wake = (): void => {
        clearTimeout(timer);
        waitingWriters.delete(wake);
        resolve();
      };
      waitingWriters.add(wake);
    });

  async function* read(): AsyncGenerator<ReplyEvent> {
    try {
      while (!over.signal.aborted) {
        const event = queue.shift();
        if (!event) {
          await new Promise<void>((resolve) => {
            wakeReader = resolve;
          });
          wakeReader = undefined;
          continue;
        }
        if (queue.length < highWaterEvents) wakeWriters();
        yield event;
        if (isTerminal(event)) return;
      }
    } finally {
      end();
    }
  }

  return {
    stop: controller.signal,
    ended: over.signal,
    abort,
    push: async (event) => {
      if (over.signal.aborted || isOld(event)) return;
      if (event.type === 'frame') last = event;
      queue.push(event);
      wakeReader?.();
      if (queue.length >= highWaterEvents && !isTerminal(event)) await waitForRoom();
    },
    attachment: {
      events: read(),
      leave: (policy) => {
        if (policy === 'abort') abort('cancelled');
        end();
      },
      get ended() {
        return over.signal.aborted;
      },
    },
  };
}
