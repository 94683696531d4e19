import type { Observation } from '../../workflows/contracts/health.js';
import type { CallModelInput } from '../../workflows/contracts/requests.js';
import type { AttemptRun } from './run-attempt.js';

/** Shorter than this, an answer came at once, and its speed is that of the network. */
const shortestMs = 50;

/** What the run says of its vendor's health. A plain answer comes whole, so that its first token says nothing. */
export function observationOf({ request, candidate }: CallModelInput, run: AttemptRun, nowMs: number): Observation {
  const { failure, firstTokenMs, durationMs, signs } = run;
  const tokensPerSecond = speedOf(run, request.stream);
  return {
    offerId: candidate.offerId,
    ...(candidate.credentialId !== undefined && { credentialId: candidate.credentialId }),
    startedAtMs: nowMs - durationMs,
    endedAtMs: nowMs,
    ...(failure && { failure }),
    ...(request.stream && firstTokenMs !== undefined && { firstTokenMs }),
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    ...(signs && { signs }),
  };
}

/** Tokens of output a second, from the first one on where the answer was streamed; the reasoning's are output too. */
function speedOf({ status, usage, firstTokenMs = 0, durationMs }: AttemptRun, stream: boolean): number | undefined {
  const { output, output_reasoning: reasoning } = usage.units;
  const generationMs = stream ? durationMs - firstTokenMs : durationMs;
  if (status !== 'answered' || output === undefined || generationMs < shortestMs) return undefined;
  return ((output + (reasoning ?? 0)) * 1_000) / generationMs;
}
