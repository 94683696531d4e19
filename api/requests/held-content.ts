import type { Call } from '../../workflows/contracts/media-calls.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { warnOf } from './backstop-options.js';
import type { ExecutionDependencies } from './execution.js';

/** Most requests are over before this; for the others, another process may have to go on. */
const SHARE_AFTER_MS = 1_000;

/** The content of one request in this process's memory, and the row that lets another process go on with it. */
export interface HeldContent {
  /** The workflow is started: here where `eager`, else possibly in a process that does not have the content. */
  started(eager: boolean): void;
  /** The request is over, or is to be. */
  forget(): void;
  /** The caller is gone, but the request goes on without it. */
  leave(): void;
}

export function holdContent(
  deps: Pick<ExecutionDependencies, 'content' | 'log'>,
  { requestId, retention }: RequestInput,
  call: Call,
): HeldContent {
  const { content } = deps;
  content.hold(requestId, call);
  let timer: NodeJS.Timeout | undefined;
  let shared: Promise<void> | undefined;
  const share = (): Promise<void> => {
    // A kept request's row was committed before its start, and a zero-retention request never has one.
    if (retention !== 'interactive') return Promise.resolve();
    shared ??= content.share(requestId).catch(warnOf(deps.log, requestId, 'content was not shared'));
    return shared;
  };
  const forget = (): void => {
    clearTimeout(timer);
    content.drop(requestId);
  };
  return {
    started: (eager) => {
      if (eager) timer = setTimeout(() => void share(), SHARE_AFTER_MS).unref();
      else void share();
    },
    forget,
    leave: () => {
      clearTimeout(timer);
      // Nobody here will hear of the request's end any more, so its content moves to where that end deletes it.
      void share().then(forget);
    },
  };
}
