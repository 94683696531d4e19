import type { Notifications } from './notifications.js';

/** Changes are announced; looking again after a while covers an announcement that got lost. */
const lookAgainMs = 60_000;
const retryMs = 250;

export interface KeptLoaded {
  /** Loads for the first time; rejects where that fails, and only then is nobody kept up to date. */
  start(): Promise<void>;
  stop(): void;
}

/**
 * Keeps in memory what every request asks for: read at the start, again with each announcement, and from then on tried until
 * it succeeds. `read` may run several times at once; `take` gets only what was asked for last, because an answer that comes
 * late must not undo a newer one.
 */
export function keepLoaded<T>(deps: {
  readonly notifications: Notifications;
  readonly channel: string;
  readonly read: () => Promise<T>;
  readonly take: (read: T) => void;
  readonly onError: (error: unknown) => void;
}): KeptLoaded {
  let latest = 0;
  let isLoaded = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const load = async (): Promise<void> => {
    latest += 1;
    const turn = latest;
    const read = await deps.read();
    if (turn !== latest) return;
    isLoaded = true;
    deps.take(read);
  };
  const reload = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const next = (delayMs: number): void => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(reload, delayMs).unref();
    };
    load().then(
      () => next(lookAgainMs),
      (error: unknown) => {
        deps.onError(error);
        next(retryMs);
      },
    );
  };
  deps.notifications.on(deps.channel, reload);
  return {
    start: async () => {
      // A change that is announced meanwhile makes what is being read too old to count.
      while (!isLoaded) await load();
      reload();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
