import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../../../../workflows/contracts/answer.js';
import { abortFailure } from '../../http.js';
import type { MediaAttempt } from '../../port.js';
import { sandboxModel } from '../sandbox-models.js';

/** What models besides chat do on purpose, as `sandbox-models.ts` has it, by the end of their names (`rerank-overloaded`). */
const ON_PURPOSE = /-(rate-limited|overloaded|server-error|slow|garbage|flaky)$/;

/** The capability, with the models of it that misbehave. */
export function behaving<A extends MediaAttempt>(
  ask: (attempt: A) => AsyncIterable<Frame>,
): (attempt: A) => AsyncIterable<Frame> {
  return async function* behave(attempt) {
    const { offer, attemptKey, signal } = attempt;
    attempt.onResponse?.({ vendorRequestId: `sandbox-${attemptKey}` });
    const [, name] = ON_PURPOSE.exec(offer.vendorModel) ?? [];
    const { refusal, pace } = name === undefined ? {} : sandboxModel(name, attemptKey);
    if (refusal !== undefined) throw refusal;
    if (pace !== undefined) await wait(pace.firstMs, signal);
    yield* ask(attempt);
  };
}

async function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    // A timer that was stopped rejects with an error of its own.
    throw abortFailure(signal);
  }
}
