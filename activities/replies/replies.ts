import type { FailureClass, FailureDetail } from '../../workflows/contracts/failures.js';
import type { ReplyChannel, ReplySink, ReplySinks, StopSignal } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput, Retention } from '../../workflows/contracts/requests.js';
import type { ContentKey, ContentRows } from '../content/content-rows.js';
import { createRecentMap } from './recent-map.js';
import { createLiveReply, isTerminal, type LiveReply } from './live-reply.js';
import { createLoggedReply, type LoggedReply } from './logged-reply.js';
import { replyChannelName, type ReplyLog } from './reply-log.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';

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
  const live = new Map<string, LiveReply>();
  const running = new Map<string, AbortController>();
  const contentKeys = new Map<string, Promise<ContentKey | undefined>>();
  const retentions = new Map<string, Retention>();
  // Requests that end elsewhere never come back for these; the oldest give way.
  const details = createRecentMap<FailureDetail>(recentRequests);
  const stopped = createRecentMap<FailureClass>(recentRequests);
  const relaying = new Set<string>();
  // Requests under way here whose log was written to meanwhile, by this process or by one that has taken them over.
  const changedMeanwhile = new Set<string>();

  const contentKeyOf = (request: RequestInput): Promise<ContentKey | undefined> => {
    const known = contentKeys.get(request.requestId);
    if (known) return known;
    const found = deps.rows.keyOf(request.requestId, request.retention);
    contentKeys.set(request.requestId, found);
    // A failed or empty look-up must not be remembered: the row may be written a moment later.
    found
      .then((key) => key ?? contentKeys.delete(request.requestId))
      .catch(() => contentKeys.delete(request.requestId));
    return found;
  };

  const openLogged = async (request: RequestInput, here: boolean): Promise<LoggedReply | undefined> => {
    const needed = request.retention === 'kept' || (!here && request.retention === 'interactive');
    const contentKey = needed ? await contentKeyOf(request) : undefined;
    return (
      contentKey &&
      createLoggedReply({
        database: deps.database,
        log: deps.log,
        requestId: request.requestId,
        contentKey,
        onError: deps.onError,
      })
    );
  };

  const open = async (request: RequestInput): Promise<ReplySink> => {
    const own = new AbortController();
    running.set(request.requestId, own);
    const caller = live.get(request.requestId);
    // Whoever left between two steps must not have the next one made for nobody.
    const reason = stopped.get(request.requestId);
    if (reason) own.abort({ class: reason });
    const logged = await openLogged(request, caller !== undefined);
    let endIsTold = false;
    const deliver = async (event: ReplyEvent): Promise<void> => {
      endIsTold ||= isTerminal(event);
      // Looked up each time: a caller may have come or gone.
      await live.get(request.requestId)?.push(event);
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
        if (running.get(request.requestId) === own) running.delete(request.requestId);
        contentKeys.delete(request.requestId);
        // Where another process has ended what was begun here, only the log tells how.
        if (changedMeanwhile.delete(request.requestId) && !endIsTold) relayToCaller(request.requestId);
      },
    };
  };

  const forgetCaller = (requestId: string): void => {
    live.delete(requestId);
    retentions.delete(requestId);
  };
  // Where another process runs a request whose caller is here, its log says so, and from then on is read to its end.
  const relay = async (requestId: string, retention: Retention): Promise<void> => {
    relaying.add(requestId);
    try {
      for await (const event of deps.log.follow(requestId, retention, stopWhenGone(requestId)))
        await live.get(requestId)?.push(event);
    } finally {
      relaying.delete(requestId);
    }
  };
  const stopWhenGone = (requestId: string): StopSignal => live.get(requestId)?.ended ?? AbortSignal.abort();
  const relayToCaller = (requestId: string): void => {
    const retention = retentions.get(requestId);
    if (!retention || relaying.has(requestId)) return;
    if (running.has(requestId)) changedMeanwhile.add(requestId);
    else relay(requestId, retention).catch(deps.onError);
  };
  deps.notifications.on(replyChannelName, (requestId) => {
    for (const id of requestId === undefined ? live.keys() : [requestId]) relayToCaller(id);
  });

  return {
    isAttached: (requestId) => live.has(requestId),
    tell: async (requestId, event) => live.get(requestId)?.push(event),
    attach: (requestId, options) => {
      const reply = createLiveReply({
        slowReaderMs: options.slowReaderMs,
        onEnd: () => forgetCaller(requestId),
        onAbort: (reason) => stopped.set(requestId, reason),
      });
      live.set(requestId, reply);
      retentions.set(requestId, options.retention);
      return reply.attachment;
    },
    follow: (requestId: string, signal: StopSignal) => deps.log.follow(requestId, 'kept', signal),
    open,
    forget: async (request, attempt) => {
      const contentKey = await contentKeyOf(request);
      if (contentKey) await deps.log.forget(request.requestId, contentKey, attempt);
    },
    remember: (requestId, detail) => {
      details.set(requestId, detail);
    },
    recall: (requestId) => {
      const detail = details.get(requestId);
      details.delete(requestId);
      return detail;
    },
    abort: (requestId, reason) => {
      const controller = running.get(requestId);
      stopped.set(requestId, reason);
      controller?.abort({ class: reason });
      live.get(requestId)?.abort(reason);
      return controller !== undefined || live.has(requestId);
    },
  };
}
