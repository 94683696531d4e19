/** A response that stands still until it is released. */
export interface HeldRequest {
  readonly id: string;
  readonly idempotencyKey?: string;
  readonly model?: string;
  readonly heldAt: string;
  readonly bytesSent: number;
}

export interface Holds {
  /** Resolves once released. */
  hold(request: HeldRequest): Promise<void>;
  /** Forgets a response whose client has left. */
  drop(id: string): void;
  release(target: string): number;
  list(): readonly HeldRequest[];
}

export const createHolds = (changed: () => void): Holds => {
  const held = new Map<string, { readonly request: HeldRequest; readonly release: () => void }>();
  const drop = (id: string) => {
    if (held.delete(id)) changed();
  };
  return {
    hold: (request) =>
      new Promise<void>((resolve) => {
        held.set(request.id, { request, release: resolve });
        changed();
      }),
    drop,
    release: (target) => {
      const chosen = [...held.values()].filter((one) => target === 'all' || one.request.id === target);
      for (const one of chosen) {
        drop(one.request.id);
        one.release();
      }
      return chosen.length;
    },
    list: () => [...held.values()].map((one) => one.request),
  };
};
