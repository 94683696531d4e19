import type { FailureClass, FailureDetail } from '../../workflows/contracts/failures.js';
import type { ReplyChannel, ReplySink, ReplySinks } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { ContentRows } from '../content/content-rows.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { createLiveReply, isTerminal } from './live-reply.js';
import { createRecentMap } from './recent-map.js';
import { createRelay, type LiveCaller } from './relay.js';
import { replyChannelName, type ReplyLog } from './reply-log.js';
import { createRequestLogs } from './request-logs.js';

export interface Replies extends ReplyChannel, ReplySinks {
  /** Stops a request that runs in this process; `false` where none of that id does. */
  abort(requestId: string, reason: FailureClass): boolean;
  /** True where the caller of this request is connected to this process. */
  isAttached(requestId: string): boolean;
  /** Tells a caller connected here the end of a request that ended elsewhere, without an answer. */
  tell(requestId: string, event: ReplyEvent): Promise<void>;
}

/** How many requests' last words are kept for steps that are still to come. */
const recentRequests = 10_000;

/** Replies of this process: live queues to its own callers, the shared log for everybody else. */
export function createReplies(deps: {
  readonly database: Queryable;
  readonly log: ReplyLog;
  readonly rows: ContentRows;
  readonly notifications: Notifications;
  readonly onError: (error: unknown) => void;
}): Replies {
  const { log, onError } = deps;
  const live = new Map<string, LiveCaller>();
  const running = new Map<string, AbortController>();
  // Requests that end elsewhere never come back for these; the oldest give way.
  const details = createRecentMap<FailureDetail>(recentRequests);
  const stopped = createRecentMap<FailureClass>(recentRequests);
  const logs = createRequestLogs(deps);
  const relay = createRelay({ log, callerOf: (id) => live.get(id), isRunning: (id) => running.has(id), onError });
  deps.notifications.on(replyChannelName, (requestId) => {
    for (const id of requestId === undefined ? live.keys() : [requestId]) relay.noticed(id);
  });
  // Looked up each time: a caller may have come or gone.
  const tell = async (requestId: string, event: ReplyEvent): Promise<void> => live.get(requestId)?.reply.push(event);

  const open = async (request: RequestInput): Promise<ReplySink> => {
    const { requestId } = request;
    const own = new AbortController();
    running.set(requestId, own);
    const caller = live.get(requestId)?.reply;
    // Whoever left between two steps must not have the next one made for nobody.
    const reason = stopped.get(requestId);
    if (reason) own.abort({ class: reason });
    let endIsTold = false;
    const end = (): void => {
      if (running.get(requestId) === own) running.delete(requestId);
      logs.close(requestId);
      relay.stepEnded(requestId, endIsTold);
    };
    const logged = await logs.open(request, caller !== undefined).catch((error: unknown) => {
      // The step may run again in another process, from where its reply is then relayed.
      end();
      throw error;
    });
    const deliver = (event: ReplyEvent): Promise<void> => {
      endIsTold ||= isTerminal(event);
      return tell(requestId, event);
    };
    return {
      callerIsHere: caller !== undefined,
      stop: caller ? AbortSignal.any([caller.stop, own.signal]) : own.signal,
      push: async (event) => {
        await logged?.push(event);
        await deliver(event);
      },
      deliver,
      durable: async (events) => {
        const statement = await logged?.seal(events);
        return statement ? [statement] : [];
      },
      close: () => {
        logged?.close();
        end();
      },
    };
  };

  return {
    isAttached: (requestId) => live.has(requestId),
    tell,
    attach: (requestId, { slowReaderMs, retention }) => {
      const reply = createLiveReply({
        slowReaderMs,
        onEnd: () => live.delete(requestId),
        onAbort: (reason) => stopped.set(requestId, reason),
      });
      live.set(requestId, { reply, retention });
      return reply.attachment;
    },
    follow: (requestId, signal) => log.follow(requestId, 'kept', signal),
    open,
    forget: logs.forget,
    remember: details.set,
    recall: (requestId) => {
      const detail = details.get(requestId);
      details.delete(requestId);
      return detail;
    },
    abort: (requestId, reason) => {
      const controller = running.get(requestId);
      stopped.set(requestId, reason);
      controller?.abort({ class: reason });
      live.get(requestId)?.reply.abort(reason);
      return controller !== undefined || live.has(requestId);
    },
  };
}
