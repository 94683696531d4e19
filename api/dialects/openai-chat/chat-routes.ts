import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { offersFor } from '../../../workflows/domain/plan.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { checkModels } from '../../requests/check-models.js';
import { executeRequest } from '../../requests/execute-request.js';
import { sendAnswer } from '../../requests/send-answer.js';
import { toAcceptedCall } from '../../requests/to-accepted-call.js';
import { createChatRenderer } from './chat-renderer.js';
import { namedModels } from './named-models.js';
import { parseChatRequest } from './parse-chat-request.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { toRequestOptions } from './request-options.js';
import { toChatCall } from './to-chat-call.js';

/** `POST /v1/chat/completions`. `offers` are those of configured vendors. */
export function registerChatRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: readonly Offer[],
): void {
  app.post(
    '/v1/chat/completions',
    { config: { kind: 'inference', scope: 'chat' }, onRequest: hooks },
    async (request, reply) => {
      const connection = watchConnection(reply);
      const parsed = parseChatRequest(request.body);
      if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
      checkModels(namedModels(parsed.request), offersFor(offers, callerOf(request)));
      const options = toRequestOptions(parsed.request);
      const accepted = toAcceptedCall(deps, request, toChatCall(parsed.request), options);
      const execution = await executeRequest(deps, accepted);
      const [model = ''] = options.models;
      const { requestId, stored } = execution;
      const renderer = createChatRenderer({ ...options, requestId, stored, model });
      await sendAnswer(deps, execution, connection, reply, renderer, options);
      return reply;
    },
  );
}
