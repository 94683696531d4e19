import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../../../workflows/contracts/answer.js';
import { abortFailure } from '../http.js';
import { ProviderFailure } from '../port.js';
import type { ChatAttempt, ChatProvider } from '../port.js';
import { SANDBOX_CAPABILITIES } from './media/sandbox-capabilities.js';
import { sandboxAnswer } from './sandbox-answer.js';
import { sandboxModel } from './sandbox-models.js';
import type { SandboxModel } from './sandbox-models.js';
import { toFrames } from './to-frames.js';
import type { CallBack } from './video/call-back.js';
import { createSandboxVideos } from './video/sandbox-videos.js';

export interface SandboxOptions {
  /** Resolves after so many milliseconds, or rejects once the signal aborts; tests put their own here. */
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
  /** Absent where it calls nobody. */
  readonly callBack?: CallBack;
}

/** How much of a stream comes before it ends badly, in frames; the first one says only that it begins. */
const FRAMES_BEFORE = { cut: 8, stall: 2 };

/**
 * Models that answer offline and always the same, and some that misbehave on purpose: see `sandbox-models.ts`. Frames have
 * no `wire`, because there is no vendor whose bytes they could be. Usage is `reported`, counted at 4 bytes of UTF-8 a token.
 */
export function createSandbox({ wait = waitMs, callBack }: SandboxOptions = {}): ChatProvider {
  async function* chat(attempt: ChatAttempt): AsyncGenerator<Frame> {
    const { offer, signal, attemptKey } = attempt;
    if (signal.aborted) throw abortFailure(signal);
    attempt.onResponse?.({ vendorRequestId: `sandbox-${attemptKey}` });
    const model = sandboxModel(offer.vendorModel, attemptKey);
    if (model.refusal !== undefined) throw model.refusal;
    refuseSpeech(attempt);
    try {
      yield* deliver(attempt, model, wait);
    } catch (error) {
      // A timer that was stopped rejects with an error of its own.
      throw signal.aborted ? abortFailure(signal) : error;
    }
  }
  return { id: 'sandbox', chat, media: SANDBOX_CAPABILITIES, jobs: { video: createSandboxVideos(callBack) } };
}

function refuseSpeech({ call }: ChatAttempt): void {
  const modalities = call.source.body['modalities'];
  if (!Array.isArray(modalities) || !modalities.includes('audio')) return;
  const message = 'The sandbox answers in text only. Leave audio out, or name another model.';
  throw new ProviderFailure({ class: 'invalid_request' }, { message, param: 'modalities' });
}

async function* deliver(
  attempt: ChatAttempt,
  model: SandboxModel,
  wait: NonNullable<SandboxOptions['wait']>,
): AsyncGenerator<Frame> {
  const { call, signal } = attempt;
  const frames = toFrames(attempt, sandboxAnswer(attempt, model.says));
  const end = call.stream ? badEnd(frames, model) : model.ending && 0;
  for (const [index, frame] of frames.entries()) {
    if (signal.aborted) throw abortFailure(signal);
    if (index === end) await endBadly(model, signal);
    if (model.pace && index > 0) await wait(index === 1 ? model.pace.firstMs : model.pace.betweenMs, signal);
    if (call.stream) yield frame;
  }
  if (!call.stream) yield { events: frames.flatMap(({ events }) => events) };
}

/** Even a short answer breaks off before it says that it is finished. */
function badEnd(frames: readonly Frame[], { ending }: SandboxModel): number | undefined {
  const finish = frames.findIndex(({ events }) => events.some(({ type }) => type === 'finish'));
  return ending && Math.min(FRAMES_BEFORE[ending], finish);
}

async function endBadly({ ending }: SandboxModel, signal: AbortSignal): Promise<never> {
  if (ending === 'stall') return await silence(signal);
  throw new ProviderFailure({ class: 'cut' }, { message: 'The answer broke off, as that of this model always does.' });
}

/** Never ends well: whoever waits must stop waiting. */
function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(abortFailure(signal));
    signal.addEventListener('abort', () => reject(abortFailure(signal)), { once: true });
  });
}

function waitMs(delayMs: number, signal: AbortSignal): Promise<unknown> {
  return sleep(delayMs, undefined, { signal });
}
