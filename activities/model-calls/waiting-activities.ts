const askAgainMs = 1_000;

/** What a running activity is told by Temporal, and tells it. */
export interface RunningActivity {
  /** Aborted where Temporal cancels the activity, with its `CancelledFailure` as the reason. */
  readonly cancelled: AbortSignal;
  /** Does nothing in lanes that have no heartbeats. */
  readonly heartbeat: () => void;
}

/** The activities that wait for one execution: the first, and those by which Temporal has run it again since. */
export interface WaitingActivities {
  /** Aborted once nobody wants the execution any more, or, with `{class: 'lease_lapsed'}`, its worker stops. */
  readonly cancelled: AbortSignal;
  heartbeat(): void;
  join(activity: RunningActivity): void;
  end(): void;
}

/**
 * Tells cancellations that are meant from those that are not. Temporal cancels a step also where its worker has only lost
 * the workflow's run (a task that timed out on a slow machine, a full cache), in the very words of a real cancellation,
 * and runs the step again soon after. The vendor call must outlive that: its caller is here, and the new run joins it.
 */
export function createWaitingActivities(deps: {
  /** Whether somebody has cancelled the request's workflow, or has closed it; throws where Temporal cannot say. */
  readonly isUnwanted: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}): WaitingActivities {
  const activities = new Set<RunningActivity>();
  const cancellation = new AbortController();
  const ended = new AbortController();

  const judge = async (reason: unknown): Promise<void> => {
    if (isShutdown(reason)) cancellation.abort(WORKER_ENDS);
    while (!cancellation.signal.aborted && !ended.signal.aborted) {
      try {
        if (await deps.isUnwanted()) cancellation.abort();
        return;
      } catch (error) {
        // Where Temporal is away nobody knows; the call goes on, because stopping it could not be undone.
        deps.onError(error);
        await new Promise<void>((resolve) => setTimeout(resolve, askAgainMs).unref());
      }
    }
  };

  return {
    cancelled: cancellation.signal,
    heartbeat: () => activities.forEach(({ heartbeat }) => heartbeat()),
    join: (activity) => {
      activities.add(activity);
      const { cancelled } = activity;
      const heed = (): void => void judge(cancelled.reason);
      if (cancelled.aborted) heed();
      else cancelled.addEventListener('abort', heed, { once: true, signal: ended.signal });
    },
    end: () => ended.abort(),
  };
}

/** That the process ends is nobody's wish: what becomes of the call is as unknown as after a crash. */
const WORKER_ENDS = { class: 'lease_lapsed' } as const;

/** The one cancellation that needs no question: the process is about to end, and the call with it. */
function isShutdown(reason: unknown): boolean {
  return reason instanceof Error && reason.message === 'WORKER_SHUTDOWN';
}
