import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { estimateInput } from '../../../workflows/domain/estimate-input.js';
import { namedOffers } from '../../../workflows/domain/named-offers.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { checkModels } from '../../requests/check-models.js';
import { countedAsRequest } from '../../requests/counted-as-request.js';
import { toAcceptedCall } from '../../requests/to-accepted-call.js';
import { betasOf } from './betas.js';
import { modelsNamed } from '../shared/models-named.js';
import { parseMessagesRequest } from './parse-messages-request.js';
import { inlineFilesOf } from '../shared/inline-files.js';
import { renderFailure, renderRequestError } from './render-error.js';
import { toChatCall } from './to-chat-call.js';

/**
 * `POST /v1/messages/count_tokens`. The vendor counts where it can; elsewhere the answer is an estimate, rather too high,
 * and says so. It costs nothing and counts as a request in the rate limits.
 */
export function registerCountRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  app.post(
    '/v1/messages/count_tokens',
    { config: { kind: 'counting', scope: 'messages' }, onRequest: hooks, preHandler: inlineFilesOf(deps) },
    async (request, reply) => {
      const betas = betasOf(request);
      const parsed = parseMessagesRequest(request.body, { betas, counting: true });
      if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error, request.id));
      const caller = callerOf(request);
      const named = modelsNamed(parsed.request.fields);
      checkModels(named, offers(), caller);
      const models = named.map(({ name }) => name);
      const [offer] = namedOffers(models[0] ?? '', offers(), caller);
      if (offer === undefined) throw new Error('a model that was found is gone');
      const call = toChatCall(parsed.request, betas);
      const { input } = await toAcceptedCall(deps, request, call, { models }, offers());
      const { value: count, headers } = await countedAsRequest(deps, input, () =>
        deps.tokenCounter.count(call, offer, deps.settings.timeouts.firstTokenMs),
      );
      reply.headers(headers);
      if (count === undefined) return reply.send({ input_tokens: estimateInput(call, offer), estimated: true });
      if (count.status === 'counted') return reply.send({ input_tokens: count.inputTokens });
      return sendError(reply, renderFailure(count.failure, count.detail, request.id));
    },
  );
}
