import type { Deadlines } from '../../workflows/contracts/requests.js';

export interface AttemptDeadlines {
  /** Aborted when one has passed, with its `FailureClass` in `reason.class`. */
  readonly signal: AbortSignal;
  /** The first content has come. */
  begun(): void;
  clear(): void;
}

/**
 * Deadlines act in this process and not as workflow timers, which a local activity holds up. A plain answer comes in one
 * piece at its end, so that a limit on its first token would only be a second limit on the whole.
 */
export function startDeadlines(deadlines: Deadlines, stream: boolean): AttemptDeadlines {
  const controller = new AbortController();
  const after = (ms: number, reason: 'timeout_first_token' | 'timeout_total'): NodeJS.Timeout =>
    setTimeout(() => controller.abort({ class: reason }), ms);
  const total = after(deadlines.totalMs, 'timeout_total');
  const firstToken = stream ? after(deadlines.firstTokenMs, 'timeout_first_token') : undefined;
  return {
    signal: controller.signal,
    begun: () => clearTimeout(firstToken),
    clear: () => {
      clearTimeout(firstToken);
      clearTimeout(total);
    },
  };
}
