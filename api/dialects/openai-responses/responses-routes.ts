import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { namedOffers } from '../../../workflows/domain/named-offers.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { checkModels } from '../../requests/check-models.js';
import { executeRequest } from '../../requests/execute-request.js';
import { sendAnswer } from '../../requests/send-answer.js';
import { toAcceptedCall } from '../../requests/to-accepted-call.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { checkNative } from './check-native.js';
import { parseResponsesRequest } from './parse-responses-request.js';
import { findPrevious } from './previous-response.js';
import { namedModels, toRequestOptions } from './request-options.js';
import { createResponsesRenderer, storedContext } from './responses-renderer.js';
import { toResponsesCall } from './to-responses-call.js';
import { unsupportedField } from './unsupported-fields.js';

/** `POST /v1/responses`. `offers` are those of configured vendors. */
export function registerResponsesRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  app.post(
    '/v1/responses',
    { config: { kind: 'inference', scope: 'responses' }, onRequest: hooks },
    async (request, reply) => {
      const connection = watchConnection(reply);
      const parsed = parseResponsesRequest(request.body);
      if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
      const unsupported = unsupportedField(parsed.request);
      if (unsupported) return sendError(reply, renderRequestError(unsupported));
      const caller = callerOf(request);
      const options = toRequestOptions(parsed.request);
      checkModels(namedModels(parsed.request), offers(), caller);
      const meant = options.models.flatMap((name) => namedOffers(name, offers(), caller));
      checkNative(parsed.request, options.models, meant);
      const previous = await findPrevious(deps, caller, parsed.request.fields.previous_response_id);
      const call = toResponsesCall(parsed.request, previous);
      const accepted = await toAcceptedCall(deps, request, call, options, offers());
      const execution = await executeRequest(deps, accepted);
      const record = { id: execution.requestId, stored: execution.stored, models: options.models };
      const renderer = createResponsesRenderer(storedContext(record, call));
      await sendAnswer(deps, execution, connection, reply, renderer, options);
      return reply;
    },
  );
}
