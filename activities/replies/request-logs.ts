import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { ContentKey, ContentRows } from '../content/content-rows.js';
import type { Queryable } from '../storage/database.js';
import { createLoggedReply, type LoggedReply } from './logged-reply.js';
import type { ReplyLog } from './reply-log.js';

/** The logs of the requests that run here, under the keys of their content. */
export interface RequestLogs {
  /** `undefined` where this reply is not to be logged, or its content is gone. */
  open(request: RequestInput, callerIsHere: boolean): Promise<LoggedReply | undefined>;
  /** Deletes what an attempt has logged. */
  forget(request: RequestInput, attempt: number): Promise<void>;
  /** A step of the request has ended: its key leaves this process's memory. */
  close(requestId: string): void;
}

export function createRequestLogs(deps: {
  readonly database: Queryable;
  readonly log: ReplyLog;
  readonly rows: ContentRows;
  readonly onError: (error: unknown) => void;
}): RequestLogs {
  const { database, log, onError } = deps;
  const contentKeys = new Map<string, Promise<ContentKey | undefined>>();

  const contentKeyOf = ({ requestId, retention }: RequestInput): Promise<ContentKey | undefined> => {
    const known = contentKeys.get(requestId);
    if (known) return known;
    const found = deps.rows.keyOf(requestId, retention);
    contentKeys.set(requestId, found);
    // A failed or empty look-up must not be remembered: the row may be written a moment later.
    found.then((key) => key ?? contentKeys.delete(requestId)).catch(() => contentKeys.delete(requestId));
    return found;
  };

  return {
    open: async (request, callerIsHere) => {
      const { requestId, retention } = request;
      const isNeeded = retention === 'kept' || (!callerIsHere && retention === 'interactive');
      const contentKey = isNeeded ? await contentKeyOf(request) : undefined;
      return contentKey && createLoggedReply({ database, log, requestId, contentKey, onError });
    },
    forget: async (request, attempt) => {
      const contentKey = await contentKeyOf(request);
      if (contentKey) await log.forget(request.requestId, contentKey, attempt);
    },
    close: (requestId) => void contentKeys.delete(requestId),
  };
}
