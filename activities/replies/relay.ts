import type { Retention } from '../../workflows/contracts/requests.js';
import type { LiveReply } from './live-reply.js';
import type { ReplyLog } from './reply-log.js';

/** A caller connected to this process. */
export interface LiveCaller {
  readonly reply: LiveReply;
  readonly retention: Retention;
}

/** Brings to callers connected here what other processes log of their replies. */
export interface Relay {
  /** A reply's log was written to, by this process or by another. */
  noticed(requestId: string): void;
  /** A step of the request has ended here; `endIsTold` where it gave the caller the end of its reply. */
  stepEnded(requestId: string, endIsTold: boolean): void;
}

export function createRelay(deps: {
  readonly log: ReplyLog;
  readonly callerOf: (requestId: string) => LiveCaller | undefined;
  /** True while a step of this request runs here, which tells the caller itself. */
  readonly isRunning: (requestId: string) => boolean;
  readonly onError: (error: unknown) => void;
}): Relay {
  const relaying = new Set<string>();
  // Requests under way here whose log was written to meanwhile, by this process or by one that has taken them over.
  const changedMeanwhile = new Set<string>();

  // From the first notice on, a log is read to its end.
  const relay = async (requestId: string, { reply, retention }: LiveCaller): Promise<void> => {
    relaying.add(requestId);
    try {
      for await (const event of deps.log.follow(requestId, retention, reply.ended)) await reply.push(event);
    } finally {
      relaying.delete(requestId);
    }
  };
  const noticed = (requestId: string): void => {
    const caller = deps.callerOf(requestId);
    if (!caller || relaying.has(requestId)) return;
    if (deps.isRunning(requestId)) changedMeanwhile.add(requestId);
    else relay(requestId, caller).catch(deps.onError);
  };
  return {
    noticed,
    stepEnded: (requestId, endIsTold) => {
      // Where another process has ended what was begun here, only the log tells how.
      if (changedMeanwhile.delete(requestId) && !endIsTold) noticed(requestId);
    },
  };
}
