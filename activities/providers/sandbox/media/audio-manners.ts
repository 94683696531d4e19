import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../../../../workflows/contracts/answer.js';
import { abortFailure } from '../../http.js';
import { type MediaAttempt, ProviderFailure } from '../../port.js';

const SLOW_MS = { first: 1_000, between: 150 };
/** How much of an answer comes before it breaks off. */
const FRAMES_BEFORE_CUT = 2;

/** The frames of a model that misbehaves where its name says so: `-refused`, `-rate-limited`, `-slow`, `-cut`. */
export async function* withManners(
  frames: Iterable<Frame>,
  { offer, signal, attemptKey, onResponse }: MediaAttempt,
): AsyncGenerator<Frame> {
  if (signal.aborted) throw abortFailure(signal);
  onResponse?.({ vendorRequestId: `sandbox-${attemptKey}` });
  const { vendorModel } = offer;
  refuseWhereNamedSo(vendorModel);
  let index = 0;
  for (const frame of frames) {
    if (vendorModel.endsWith('-cut') && index === FRAMES_BEFORE_CUT) throw cut();
    if (vendorModel.endsWith('-slow')) await wait(index === 0 ? SLOW_MS.first : SLOW_MS.between, signal);
    if (signal.aborted) throw abortFailure(signal);
    yield frame;
    index += 1;
  }
}

function refuseWhereNamedSo(vendorModel: string): void {
  const detail = { message: 'The sandbox failed, as this model does on purpose.' };
  if (vendorModel.endsWith('-refused')) {
    throw new ProviderFailure({ class: 'invalid_request', httpStatus: 400, vendorCode: 'invalid_value' }, detail);
  }
  if (!vendorModel.endsWith('-rate-limited')) return;
  const failure = { httpStatus: 429, vendorCode: 'rate_limit_exceeded', retryAfterMs: 1_000 };
  throw new ProviderFailure({ class: 'rate_limited', ...failure }, detail);
}

function cut(): ProviderFailure {
  return new ProviderFailure({ class: 'cut' }, { message: 'The answer broke off, as that of this model always does.' });
}

async function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    // A timer that was stopped rejects with an error of its own.
    throw abortFailure(signal);
  }
}
