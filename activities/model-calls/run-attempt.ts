import type { Frame, Warning } from '../../workflows/contracts/answer.js';
import type { AttemptFailure, FailureDetail } from '../../workflows/contracts/failures.js';
import type { AnswerSigns } from '../../workflows/contracts/health.js';
import type { ReplySink } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { createSignsReader } from '../../workflows/domain/health/answer-signs.js';
import type { ChatAttempt, Provider } from '../providers/port.js';
import { type Meter, meterFrame, NEW_METER } from './answer-meter.js';
import { countUsage, withPictures } from './counted-usage.js';
import { startDeadlines } from './deadlines.js';
import { type VendorAttempt, askVendor } from './ask-vendor.js';
import { asProviderFailure, readUntilStopped } from './read-answer.js';

/** How one call of a vendor went, before it is recorded. */
export interface AttemptRun {
  readonly status: 'answered' | 'partial' | 'failed';
  readonly usage: Usage;
  readonly failure?: AttemptFailure;
  readonly detail?: FailureDetail;
  /** The answer's last frames, which go to the caller only once the outcome is recorded. */
  readonly tail: readonly ReplyEvent[];
  readonly firstTokenMs?: number;
  readonly durationMs: number;
  readonly vendorRequestId?: string;
  /** Of a whole answer. */
  readonly signs?: AnswerSigns;
}

export interface RunAttemptOptions {
  readonly provider: Pick<Provider, 'id' | 'chat' | 'media'>;
  readonly attempt: VendorAttempt;
  readonly request: RequestInput;
  readonly number: number;
  /** What is left of the time that the plan gives all attempts, where it gives any. */
  readonly leftMs?: number;
  readonly sink: ReplySink;
  /** Besides the deadlines: the caller left, the lease was lost, the worker stops. */
  readonly stop: AbortSignal;
  /** Told after each frame, so that a crash can be settled at what had come. */
  readonly onProgress: (usage: Usage) => void;
  readonly onBug: (error: unknown) => void;
  /** What the caller is to get in a frame's place. */
  readonly deliver?: (frame: Frame) => Promise<Frame>;
}

/**
 * Calls the vendor and passes its frames on. Frames before the first content are held back, because another model may
 * still answer instead; frames from the end of the last choice on are held back, because an answer that the caller has
 * seen whole must be one that is recorded.
 */
export async function runAttempt(options: RunAttemptOptions): Promise<AttemptRun> {
  const { provider, attempt, request, leftMs = Infinity, sink } = options;
  const startedAtMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedAtMs);
  const totalMs = Math.min(request.deadlines.totalMs, leftMs);
  const deadlines = startDeadlines({ ...request.deadlines, totalMs }, request.stream);
  const signal = AbortSignal.any([options.stop, deadlines.signal]);
  const { call } = attempt;
  const signs = createSignsReader(call.kind === 'chat' ? call.format : undefined);
  const choices = call.kind === 'chat' ? call.choices : 1;
  let meter: Meter = NEW_METER;
  let held: ReplyEvent[] = [];
  let sequence = 0;
  let pushed = false;
  let firstTokenMs: number | undefined;
  let vendorRequestId: string | undefined;

  const forward = async (frame: Frame): Promise<void> => {
    meter = meterFrame(meter, frame);
    frame.events.forEach(signs.read);
    const delivered = options.deliver ? await options.deliver(frame) : frame;
    held.push({ type: 'frame', attempt: options.number, sequence: sequence++, frame: delivered });
    if (!meter.hasContent) return;
    firstTokenMs ??= elapsedMs();
    deadlines.begun();
    if (meter.finishedChoices >= choices) return;
    const ready = held;
    held = [];
    pushed = true;
    for (const event of ready) await sink.push(event);
    options.onProgress(counted());
  };
  const counted = (): Usage => {
    const usage = countUsage(request.demand, attempt.offer, meter, meter.usage);
    return withPictures(usage, request.demand, meter);
  };
  const ending = (): Pick<AttemptRun, 'durationMs' | 'firstTokenMs' | 'vendorRequestId'> => ({
    durationMs: elapsedMs(),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...(vendorRequestId !== undefined && { vendorRequestId }),
  });

  try {
    // First, so that they stand in the same place of every answer, whoever gives it.
    if (call.warnings) await forward(toldFrame(call.warnings));
    const onResponse: ChatAttempt['onResponse'] = (response) => {
      ({ vendorRequestId } = response);
    };
    for await (const frame of readUntilStopped(askVendor(provider, attempt, { signal, onResponse }), signal)) {
      await forward(frame);
    }
    const usage = meter.usage ? withPictures(meter.usage, request.demand, meter) : counted();
    const notReported = !meter.usage ? 'text' : usage.source !== meter.usage.source ? 'pictures' : undefined;
    if (notReported) held.push(uncountedNotice(options.number, sequence, usage, notReported));
    return { status: 'answered', usage, tail: held, signs: signs.signs(meter.hasContent), ...ending() };
  } catch (error) {
    const { failure, detail } = asProviderFailure(error, options.onBug);
    if (!pushed)
      return {
        status: 'failed',
        usage: meter.usage ?? { units: {}, source: 'none' },
        failure,
        detail,
        tail: [],
        ...ending(),
      };
    return { status: 'partial', usage: counted(), failure, detail, tail: [], ...ending() };
  } finally {
    deadlines.clear();
  }
}

function toldFrame(warnings: readonly Warning[]): Frame {
  return { events: warnings.map((warning) => ({ type: 'warning', warning })) };
}

const UNREPORTED = {
  text: 'The vendor reported no usage; it was counted from the text.',
  pictures: 'The vendor did not report what its pictures took; it was counted by their size and quality.',
} as const;

function uncountedNotice(attempt: number, sequence: number, usage: Usage, what: keyof typeof UNREPORTED): ReplyEvent {
  const detail = UNREPORTED[what];
  const warning = { type: 'changed' as const, feature: 'usage', detail };
  return {
    type: 'frame',
    attempt,
    sequence,
    frame: {
      events: [
        { type: 'usage', usage },
        { type: 'warning', warning },
      ],
    },
  };
}
