import type { FastifyRequest } from 'fastify';
import type { MediaCall } from '../../workflows/contracts/media-calls.js';
import type { OnDisconnect } from '../../workflows/contracts/requests.js';
import type { RequestRouting } from '../../workflows/contracts/routing.js';
import { demandOfMedia } from '../../workflows/domain/media-demand/media-demand.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import type { AcceptedCall } from './execution.js';
import { callerKeyOf } from './idempotency-key.js';
import { keepAliveOf } from './keep-alive.js';

export interface MediaOptions {
  /** In order of preference without repetition. At least one. */
  readonly models: readonly string[];
  readonly routing?: RequestRouting;
  readonly onDisconnect?: OnDisconnect;
}

/** As `toAcceptedCall` of a conversation, for every other kind: a call with who calls, and by which policy. */
export function toAcceptedMedia(
  { settings, instanceId }: AppDependencies,
  request: FastifyRequest,
  call: MediaCall,
  { models, routing, onDisconnect }: MediaOptions,
): AcceptedCall {
  const caller = callerOf(request);
  // Before anything is stored or sent.
  keepAliveOf(request, settings.timeouts.keepAliveMs);
  const key = callerKeyOf(request, caller, undefined);
  const { firstTokenMs, totalMs, slowReaderMs } = settings.timeouts;
  const input: AcceptedCall['input'] = {
    requestId: request.id,
    kind: call.kind,
    lane: 'interactive',
    organizationId: caller.organizationId,
    projectId: caller.projectId,
    keyId: caller.keyId,
    ...(caller.teamIds && { teamIds: caller.teamIds }),
    ...(caller.userId !== undefined && { userId: caller.userId }),
    ...(caller.mode && { mode: caller.mode }),
    ...(caller.restrictions && { restrictions: caller.restrictions }),
    ...(routing && { routing }),
    holder: instanceId,
    retention: key ? 'kept' : 'interactive',
    keyed: key !== undefined,
    stream: call.stream,
    // Whoever sends a key means to come back for the answer.
    onDisconnect: onDisconnect ?? (key ? 'finish' : 'cancel'),
    models,
    demand: demandOfMedia(call),
    deadlines: { firstTokenMs, totalMs, slowReaderMs },
  };
  return key ? { input, call, key } : { input, call };
}
