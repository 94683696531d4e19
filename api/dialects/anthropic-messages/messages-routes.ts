import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { AppDependencies } from '../../dependencies.js';
import { watchConnection } from '../../http/caller-connection.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { routeCall } from '../../requests/route-call.js';
import { serveAccepted } from '../../requests/serve-accepted.js';
import { toAcceptedCall } from '../../requests/to-accepted-call.js';
import { inlineFilesOf } from '../shared/inline-files.js';
import { betasOf } from './betas.js';
import { createMessagesRenderer } from './messages-renderer.js';
import { modelsNamed } from '../shared/models-named.js';
import { parseMessagesRequest } from './parse-messages-request.js';
import type { ParsedMessagesRequest } from './parse-messages-request.js';
import { renderRequestError } from './render-error.js';
import { toChatCall } from './to-chat-call.js';

/** `POST /v1/messages`. `offers` are those of configured vendors. */
export function registerMessagesRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  app.post(
    '/v1/messages',
    { config: { kind: 'inference', scope: 'messages' }, onRequest: hooks, preHandler: inlineFilesOf(deps) },
    async (request, reply) => {
      const connection = watchConnection(reply);
      const betas = betasOf(request);
      const parsed = parseMessagesRequest(request.body, { betas });
      if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error, request.id));
      const { fields } = parsed.request;
      const { routing } = await routeCall(deps, request, fields, modelsNamed(parsed.request.fields), offers());
      const options = { ...toOptions(parsed.request), ...(routing && { routing }) };
      const call = toChatCall(parsed.request, betas);
      const accepted = await toAcceptedCall(deps, request, call, options, offers());
      return serveAccepted(deps, accepted, connection, reply, {
        createRenderer: ({ requestId }) => {
          reply.header('request-id', requestId);
          return createMessagesRenderer(requestId, options.models, call);
        },
        options: { stream: call.stream, tellRoute: routing?.tellRoute },
      });
    },
  );
}

function toOptions(parsed: ParsedMessagesRequest): Parameters<typeof toAcceptedCall>[3] {
  const { on_disconnect: onDisconnect, session_id: sessionId } = parsed.fields;
  return {
    models: [...new Set(modelsNamed(parsed.fields).map(({ name }) => name))],
    ...(onDisconnect != null && { onDisconnect }),
    ...(sessionId != null && { sessionId }),
  };
}

/** The header under which the dialect's clients look for the request's id. */
export function nameRequest(app: FastifyInstance): void {
  app.addHook('onRequest', (request: FastifyRequest, reply, done) => {
    reply.header('request-id', request.id);
    done();
  });
}
