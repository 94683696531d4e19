/** A place in the queue of an endpoint; to be given back. */
export type Leave = () => void;

export interface SendLimits {
  /** `undefined` where as many webhooks as may be are on their way, to this endpoint or to all. */
  enter(endpoint: string): Leave | undefined;
}

/**
 * How many webhooks this process sends at once: one endpoint that is slow must not hold up the others, nor all of them together the
 * jobs that have the same worker.
 */
export function createSendLimits(most: { readonly perEndpoint: number; readonly inAll: number }): SendLimits {
  const under = new Map<string, number>();
  let inAll = 0;
  return {
    enter: (endpoint) => {
      const here = under.get(endpoint) ?? 0;
      if (here >= most.perEndpoint || inAll >= most.inAll) return undefined;
      under.set(endpoint, here + 1);
      inAll += 1;
      return () => {
        const left = (under.get(endpoint) ?? 1) - 1;
        if (left === 0) under.delete(endpoint);
        else under.set(endpoint, left);
        inAll -= 1;
      };
    },
  };
}
