import type { Call } from '../../workflows/contracts/media-calls.js';
import type { ContentStore } from '../../workflows/contracts/ports.js';
import type { ContentRows } from './content-rows.js';

const longestHoldMs = 3 * 3_600_000;

/** Content in this process's memory first, in its encrypted row second. */
export function createContentStore(rows: ContentRows): ContentStore {
  const memory = new Map<string, { readonly call: Call; readonly heldAtMs: number }>();
  // A request whose last steps ran in another process leaves its copy here; none is needed for as long as this.
  const dropOld = (): void => {
    for (const [requestId, { heldAtMs }] of memory) {
      if (performance.now() - heldAtMs < longestHoldMs) return;
      memory.delete(requestId);
    }
  };
  return {
    hold: (requestId, call) => {
      dropOld();
      memory.set(requestId, { call, heldAtMs: performance.now() });
    },
    share: async (requestId) => {
      const held = memory.get(requestId);
      if (held) await rows.putInteractive(requestId, held.call);
    },
    read: async (requestId, retention) => memory.get(requestId)?.call ?? (await rows.read(requestId, retention)),
    drop: (requestId) => {
      memory.delete(requestId);
    },
  };
}
