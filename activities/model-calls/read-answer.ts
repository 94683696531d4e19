import type { Frame } from '../../workflows/contracts/answer.js';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import { ProviderFailure } from '../providers/port.js';

/** Turns whatever a provider threw into a failure; what is no `ProviderFailure` is a bug of ours, told without its message. */
export function asProviderFailure(error: unknown, onBug: (error: unknown) => void): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  onBug(error);
  return new ProviderFailure({ class: 'internal' }, { message: 'The gateway failed while it read the answer.' });
}

/** The failure that an aborted signal stands for. */
export function stopFailure(signal: AbortSignal): ProviderFailure {
  const reason = (signal.reason as { readonly class?: FailureClass } | undefined)?.class ?? 'cancelled';
  return new ProviderFailure({ class: reason }, { message: stopMessages[reason] ?? 'The request was stopped.' });
}

const stopMessages: { readonly [C in FailureClass]?: string } = {
  cancelled: 'The request was cancelled.',
  slow_reader: 'The answer was read too slowly and was ended.',
  timeout_first_token: 'The vendor did not begin to answer in time.',
  timeout_total: 'The vendor did not finish its answer in time.',
  lease_lapsed: 'The process that served the request has ended, or has lost it to another one.',
};

/** Reads frames until the answer ends or the signal aborts, whichever first, even where a provider overlooks its signal. */
export async function* readUntilStopped(frames: AsyncIterable<Frame>, signal: AbortSignal): AsyncGenerator<Frame> {
  const iterator = frames[Symbol.asyncIterator]();
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(stopFailure(signal));
    signal.addEventListener('abort', stop, { once: true });
  });
  // Rejections are seen through the races below; between them nobody listens.
  stopped.catch(() => undefined);
  try {
    if (signal.aborted) throw stopFailure(signal);
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
    // Not awaited: a provider that hangs must not hang us; it cleans up when it comes back.
    iterator.return?.().catch(() => undefined);
  }
}
