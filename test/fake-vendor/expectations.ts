/** Lets a test wait for a state of the fake instead of sleeping. */
export interface Expectations {
  /** To be called after every change of the state. */
  changed(): void;
  /** Resolves as soon as `reached` is true; rejects with what was seen once the time is over. */
  until(reached: () => boolean, describe: () => string, timeoutMs: number): Promise<void>;
}

interface Waiting {
  readonly reached: () => boolean;
  readonly resolve: () => void;
}

export const createExpectations = (): Expectations => {
  const waiting = new Set<Waiting>();
  return {
    changed: () => {
      for (const one of [...waiting]) if (one.reached()) one.resolve();
    },
    until: (reached, describe, timeoutMs) =>
      new Promise<void>((resolve, reject) => {
        if (reached()) return resolve();
        const settle = () => {
          clearTimeout(timer);
          waiting.delete(one);
        };
        const one: Waiting = { reached, resolve: () => (settle(), resolve()) };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`fake vendor: ${describe()} after ${timeoutMs} ms`));
        }, timeoutMs);
        waiting.add(one);
      }),
  };
};
