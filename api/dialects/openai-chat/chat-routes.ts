import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { Demand, RequestInput } from '../../../workflows/contracts/requests.js';
import { demandOf } from '../../../workflows/domain/demand.js';
import { resolveModel } from '../../../workflows/domain/models.js';
import { offersFor } from '../../../workflows/domain/plan.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf, type InferenceCaller } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import { sendError } from '../../http/rendered-error.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { executeRequest } from '../../requests/execute-request.js';
import type { AcceptedCall } from '../../requests/execution.js';
import { callerKeyOf } from '../../requests/idempotency-key.js';
import { sendAnswer } from '../../requests/send-answer.js';
import { createChatRenderer } from './chat-renderer.js';
import { prepareTokens, withTokens } from '../../tokens/count-call.js';
import { checkModels } from './known-models.js';
import { type ParsedChatRequest, parseChatRequest } from './parse-chat-request.js';
import { renderRequestError } from './render-error.js';
import { type RequestOptions, toRequestOptions } from './request-options.js';
import { toChatCall } from './to-chat-call.js';

/** `POST /v1/chat/completions`. `offers` gives those of configured vendors as they are now. */
export function registerChatRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  prepareTokens(offers());
  app.post(
    '/v1/chat/completions',
    { config: { kind: 'inference', scope: 'chat' }, onRequest: hooks },
    async (request, reply) => {
      const connection = watchConnection(reply);
      const parsed = parseChatRequest(request.body);
      if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
      const allowed = offersFor(offers(), callerOf(request));
      checkModels(parsed.request, allowed);
      const options = toRequestOptions(parsed.request);
      const accepted = await toAcceptedCall(deps, request, parsed.request, options, allowed);
      const execution = await executeRequest(deps, accepted);
      const [model = ''] = options.models;
      const renderer = createChatRenderer({ ...options, requestId: execution.requestId, model });
      await sendAnswer(deps, execution, connection, reply, renderer, options);
      return reply;
    },
  );
}

async function toAcceptedCall(
  deps: AppDependencies,
  request: FastifyRequest,
  parsed: ParsedChatRequest,
  options: RequestOptions,
  offers: readonly Offer[],
): Promise<AcceptedCall> {
  const caller = callerOf(request);
  const key = callerKeyOf(request, caller);
  const call = toChatCall(parsed);
  const named = options.models.flatMap((name) => resolveModel(name, offers) ?? []);
  const demand = await withTokens(demandOf(call), call, named);
  const input = toRequestInput(deps, request, caller, options, demand, key !== undefined);
  return { input, call, ...(key && { key }) };
}

function toRequestInput(
  { settings, instanceId }: AppDependencies,
  request: FastifyRequest,
  caller: InferenceCaller,
  options: RequestOptions,
  demand: Demand,
  keyed: boolean,
): RequestInput {
  const { firstTokenMs, totalMs, slowReaderMs } = settings.timeouts;
  return {
    requestId: request.id,
    kind: 'chat',
    lane: 'interactive',
    organizationId: caller.organizationId,
    projectId: caller.projectId,
    keyId: caller.keyId,
    ...(caller.teamIds && { teamIds: caller.teamIds }),
    ...(caller.userId !== undefined && { userId: caller.userId }),
    ...(caller.mode && { mode: caller.mode }),
    ...(caller.restrictions && { restrictions: caller.restrictions }),
    holder: instanceId,
    retention: keyed ? 'kept' : 'interactive',
    keyed,
    stream: options.stream,
    // Whoever sends a key means to come back for the answer.
    onDisconnect: options.onDisconnect ?? (keyed ? 'finish' : 'cancel'),
    models: options.models,
    demand,
    deadlines: { firstTokenMs, totalMs, slowReaderMs },
  };
}
