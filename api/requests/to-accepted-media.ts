import type { FastifyRequest } from 'fastify';
import type { MediaCall } from '../../workflows/contracts/media-calls.js';
import type { OnDisconnect } from '../../workflows/contracts/requests.js';
import type { RequestRouting } from '../../workflows/contracts/routing.js';
import { demandOfMedia } from '../../workflows/domain/media-demand/media-demand.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import type { AcceptedCall } from './execution.js';
import { callerKeyOf } from './idempotency-key.js';
import { wantedJob } from './job-terms.js';
import { keepAliveOf } from './keep-alive.js';
import { toRequestInput } from './request-input.js';

export interface MediaOptions {
  /** In order of preference without repetition. At least one. */
  readonly models: readonly string[];
  readonly routing?: RequestRouting;
  readonly onDisconnect?: OnDisconnect;
  /** The answer is never waited for: what is asked for takes minutes, and is found by its id. */
  readonly background?: boolean;
  /** Where its end is told, by the body's own field. */
  readonly webhookUrl?: string;
}

/** As `toAcceptedCall` of a conversation, for every other kind: a call with who calls, and by which policy. */
export async function toAcceptedMedia(
  deps: AppDependencies,
  request: FastifyRequest,
  call: MediaCall,
  { models, routing, onDisconnect, background = false, webhookUrl }: MediaOptions,
): Promise<AcceptedCall> {
  // Before anything is stored or sent.
  keepAliveOf(request, deps.settings.timeouts.keepAliveMs);
  const job = await wantedJob(deps, request, background);
  const heldMs = job?.holdMs;
  const key = callerKeyOf(request, callerOf(request), heldMs);
  const input = toRequestInput(deps, request, {
    ...{ kind: call.kind, stream: call.stream, keyed: key !== undefined, stored: background, job: job?.terms },
    ...{ models, demand: demandOfMedia(call) },
    ...(routing && { routing }),
    ...(onDisconnect && { onDisconnect }),
  });
  const asJob = job && {
    job: { form: job.form, stored: { ...job.stored, ...(webhookUrl !== undefined && { webhookUrl }) } },
  };
  if (key) return { input, call, key, ...asJob };
  return { input, call, ...(heldMs !== undefined && { answerHoldMs: heldMs }), ...asJob };
}
