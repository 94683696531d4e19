import Fastify, { type FastifyInstance } from 'fastify';
import { modelIndexOf } from '../workflows/domain/model-index.js';
import type { AppDependencies } from './dependencies.js';
import { registerChatRoutes } from './dialects/openai-chat/chat-routes.js';
import { registerCountRoutes } from './dialects/anthropic-messages/count-routes.js';
import { nameRequest, registerMessagesRoutes } from './dialects/anthropic-messages/messages-routes.js';
import { renderRefusal as renderAnthropicRefusal } from './dialects/anthropic-messages/render-error.js';
import { createBatchLines } from './dialects/batch-lines.js';
import { registerMessageBatchRoutes } from './dialects/anthropic-messages/message-batch-routes.js';
import { registerBatchRoutes } from './dialects/openai-batches/batch-routes.js';
import { registerFilesRoutes } from './dialects/files-routes.js';
import { registerJobRoutes } from './dialects/jobs/job-routes.js';
import { registerModelsRoutes } from './dialects/models-routes.js';
import { registerStoredChatRoutes } from './dialects/openai-chat/stored-chat-routes.js';
import { registerInputTokensRoute } from './dialects/openai-responses/input-tokens-routes.js';
import { registerResponsesRoutes } from './dialects/openai-responses/responses-routes.js';
import { registerStoredResponseRoutes } from './dialects/openai-responses/stored-response-routes.js';
import { registerEmbeddingsRoutes } from './dialects/openai-embeddings/embeddings-routes.js';
import { registerVideoRoutes } from './dialects/openai-videos/video-routes.js';
import { registerImagesRoutes } from './dialects/openai-images/images-routes.js';
import { registerModerationsRoutes } from './dialects/openai-moderations/moderations-routes.js';
import { registerRerankRoutes } from './dialects/rerank/rerank-routes.js';
import { registerSpeechRoutes } from './dialects/openai-speech/speech-routes.js';
import { registerTranscriptionRoutes } from './dialects/openai-transcriptions/transcription-routes.js';
import { OPENAI_NOT_BUILT, registerNotBuilt } from './dialects/not-built.js';
import { renderRefusal } from './dialects/shared/render-openai-error.js';
import { storedRenderer } from './dialects/stored-renderer.js';
import { registerScheduleRoutes } from './dialects/schedules/schedule-routes.js';
import { registerHealthRoutes } from './health/health-routes.js';
import { registerAccessLog } from './http/access-log.js';
import { createClientErrorHandler } from './http/client-errors.js';
import { createErrorHandler } from './http/error-handler.js';
import { registerFinishAnswers } from './http/finish-answers.js';
import { createInferenceHooks } from './http/inference-hooks.js';
import { registerJsonBody } from './http/json-body.js';
import { registerNotFound } from './http/not-found.js';
import { registerResponseHeaders } from './http/response-headers.js';
import { registerRouteTable } from './http/route-table.js';
import { registerManagementRoutes } from './management/management-routes.js';
import { registerObjectRoutes } from './objects/object-routes.js';
import { registerOpenApiRoutes } from './openapi/openapi-routes.js';
import { mintRequestId } from './request-id.js';
import { servedOffers } from './served-offers.js';
import { prepareTokens } from './tokens/count-call.js';
import { createRequestForms } from './requests/request-forms.js';
import { registerRequestRoutes } from './requests/request-routes.js';
import { registerVendorWebhookRoutes } from './vendor-webhooks/vendor-webhook-routes.js';

export type { ApiSettings, AppDependencies, Log, LogFields, Readiness } from './dependencies.js';

/** How long a caller may take to send a request, its body included; Node's own default, which the framework takes away. */
const REQUEST_TIMEOUT_MS = 300_000;

/**
 * The API as a value: it never listens by itself. What callers may say comes in here and nowhere else; everything behind
 * it speaks the language of the house. Errors that no dialect claims are told in OpenAI's shape.
 */
export function buildApp(deps: AppDependencies): FastifyInstance {
  const handleError = createErrorHandler(renderRefusal, deps.log);
  const app = Fastify({
    logger: false,
    // A caller's own id would let it pretend to be another's workflow.
    requestIdHeader: false,
    genReqId: mintRequestId,
    bodyLimit: deps.settings.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A HEAD of a stream would wait for its end to say nothing.
    exposeHeadRoutes: false,
    // Draining is ours to say, in the caller's dialect; the framework has an answer of its own.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      handleError(error, request, reply);
    },
    clientErrorHandler: createClientErrorHandler(renderRefusal),
  });
  registerRouteTable(app);
  registerFinishAnswers(app);
  registerResponseHeaders(app, deps.isDraining);
  registerAccessLog(app, deps.log);
  registerJsonBody(app);
  app.decorateRequest('caller', undefined);
  app.setErrorHandler(handleError);
  registerNotFound(app);
  registerRoutes(app, deps);
  return app;
}

function registerRoutes(app: FastifyInstance, deps: AppDependencies): void {
  const hooks = createInferenceHooks(deps);
  const offersOf = servedOffers(deps);
  const offers = () => offersOf('chat');
  const forms = createRequestForms(deps);
  // Here, so that no request waits for it.
  modelIndexOf(offers());
  prepareTokens(offers());
  registerHealthRoutes(app, deps);
  registerOpenApiRoutes(app);
  registerModelsRoutes(app, deps, hooks, offersOf);
  registerChatRoutes(app, deps, hooks, offers);
  registerStoredChatRoutes(app, deps, hooks);
  registerResponsesRoutes(app, deps, hooks, offers);
  registerStoredResponseRoutes(app, deps, hooks);
  registerInputTokensRoute(app, hooks, offers);
  registerEmbeddingsRoutes(app, deps, hooks, offersOf);
  registerRerankRoutes(app, deps, hooks, offersOf);
  registerModerationsRoutes(app, deps, hooks, offersOf);
  registerVideoRoutes(app, deps, hooks, offersOf, forms);
  registerSpeechRoutes(app, deps, hooks, offersOf);
  registerTranscriptionRoutes(app, deps, hooks, offersOf, forms);
  registerImagesRoutes(app, deps, hooks, offersOf, forms);
  registerRequestRoutes(app, deps, hooks, storedRenderer);
  registerFilesRoutes(app, deps, hooks);
  registerObjectRoutes(app, deps, hooks);
  registerJobRoutes(app, deps, hooks, storedRenderer);
  registerScheduleRoutes(app, deps, hooks);
  registerBatchRoutes(app, deps, hooks);
  app.decorate('batchLines', createBatchLines(deps, storedRenderer));
  registerVendorWebhookRoutes(app, deps);
  registerManagementRoutes(app, deps);
  registerNotBuilt(app, hooks, OPENAI_NOT_BUILT);
  app.register((scope, _options, done) => {
    scope.setErrorHandler(createErrorHandler(renderAnthropicRefusal, deps.log));
    nameRequest(scope);
    registerMessagesRoutes(scope, deps, hooks, offers);
    registerCountRoutes(scope, deps, hooks, offers);
    registerMessageBatchRoutes(scope, deps, hooks);
    done();
  });
}
