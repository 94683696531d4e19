import type { JobActivities, RequestActivities } from '../workflows/contracts/activities.js';

/** The requests that run in this process, from the money held for them to its settlement. */
export interface OpenRequests {
  readonly activities: RequestActivities & JobActivities;
  /** Resolves once none is left, or after the time is up; tells how many are. */
  drained(withinMs: number): Promise<number>;
}

/** Watches the activities of requests go by, so that a process that ends can wait for them. */
export function watchRequests(activities: RequestActivities & JobActivities): OpenRequests {
  const open = new Set<string>();
  let wake: (() => void) | undefined;
  const close = (requestId: string): void => {
    open.delete(requestId);
    if (open.size === 0) wake?.();
  };
  return {
    activities: {
      planAndReserve: async (input) => {
        const planned = await activities.planAndReserve(input);
        // A job is nobody's here between its calls: any process goes on with it.
        if (planned.status === 'reserved' && input.lane === 'interactive') open.add(input.requestId);
        return planned;
      },
      callModel: async (input) => {
        open.add(input.request.requestId);
        const outcome = await activities.callModel(input);
        if (outcome.finished) close(input.request.requestId);
        return outcome;
      },
      callForJob: (input) => {
        open.add(input.request.requestId);
        return activities.callForJob(input).finally(() => close(input.request.requestId));
      },
      settle: (input) => activities.settle(input).finally(() => close(input.request.requestId)),
      release: (input) => activities.release(input).finally(() => close(input.request.requestId)),
    },
    drained: async (withinMs) => {
      if (open.size > 0) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, withinMs);
        });
        clearTimeout(timer);
      }
      return open.size;
    },
  };
}
