import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { callerOf } from '../../http/authenticate.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { refused } from '../../http/refused-error.js';
import { sendError } from '../../http/rendered-error.js';
import { checkModels } from '../../requests/check-models.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { estimateInputTokens } from './estimate-input-tokens.js';
import { parseResponsesRequest } from './parse-responses-request.js';
import { modelsNamed } from '../shared/models-named.js';
import { toResponsesCall } from './to-responses-call.js';
import { unsupportedField } from './unsupported-fields.js';

/**
 * `POST /v1/responses/input_tokens`: how many tokens a request's input may have. No vendor is asked and nothing is charged:
 * the number is an estimate, and says so.
 */
export function registerInputTokensRoute(
  app: FastifyInstance,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  app.post(
    '/v1/responses/input_tokens',
    { config: { kind: 'counting', scope: 'responses' }, onRequest: hooks },
    async (request, reply) => {
      const parsed = parseResponsesRequest(request.body);
      if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
      const unsupported = unsupportedField(parsed.request);
      if (unsupported) return sendError(reply, renderRequestError(unsupported));
      checkModels(modelsNamed(parsed.request.fields), offers(), callerOf(request));
      const tokens = estimateInputTokens(toResponsesCall(parsed.request));
      if (tokens === undefined) throw refused('invalid_request', NOT_ESTIMATED, { param: 'input' });
      return { object: 'response.input_tokens', input_tokens: tokens, estimated: true };
    },
  );
}

const NOT_ESTIMATED =
  'The tokens of files, audio and tools that the vendor runs cannot be estimated from their size. Leave them out to have the rest counted.';
