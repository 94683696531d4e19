import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '../../../workflows/contracts/json.js';
import type { AppDependencies } from '../../dependencies.js';
import type { RequestError } from '../../http/describe-issue.js';
import { createErrorHandler } from '../../http/error-handler.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { MODEL_MISSING, modelsNamed } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { renderRefusal, renderRequestError } from '../shared/render-openai-error.js';
import { toCohereError } from './cohere-error.js';
import { createRerankRenderer } from './rerank-renderer.js';
import { type RerankRequestFields, rerankRequestSchema } from './rerank-request.schema.js';
import { toRerankCall } from './to-rerank-call.js';

/** `POST /v1/rerank`, and `POST /v2/rerank`, which Cohere's own clients call and whose errors are in Cohere's shape. */
export function registerRerankRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
): void {
  const options = { config: { kind: 'inference', scope: 'rerank' }, onRequest: hooks } as const;
  const serve = async (request: FastifyRequest, reply: FastifyReply, toCohere: boolean): Promise<FastifyReply> => {
    const refuse = (error: RequestError): FastifyReply => {
      const rendered = renderRequestError(error);
      return sendError(reply, toCohere ? toCohereError(rendered) : rendered);
    };
    const parsed = parseBody(rerankRequestSchema, request.body);
    if (!parsed.ok) return refuse(parsed.error);
    const { body, fields } = parsed;
    const named = modelsNamed(fields);
    if (named.length === 0) return refuse(MODEL_MISSING);
    const read = toRerankCall(body, fields);
    if (!read.ok) return refuse(read.error);
    const documents = returnedDocuments(fields, toCohere);
    return serveMedia(
      deps,
      offersOf,
      {
        ...{ call: read.call, named, fields },
        createRenderer: (context) => createRerankRenderer({ ...context, toCohere, ...(documents && { documents }) }),
      },
      request,
      reply,
    );
  };
  app.post('/v1/rerank', options, (request, reply) => serve(request, reply, false));
  app.register((scope, _options, done) => {
    scope.setErrorHandler(createErrorHandler((refusal) => toCohereError(renderRefusal(refusal)), deps.log));
    scope.post('/v2/rerank', options, (request, reply) => serve(request, reply, true));
    done();
  });
}

/** Jina and OpenRouter give documents back unless they are told not to; Cohere's v2 never does. */
export function returnedDocuments(
  { documents, return_documents: asked }: Pick<RerankRequestFields, 'documents' | 'return_documents'>,
  toCohere: boolean,
): readonly Json[] | undefined {
  return (asked ?? !toCohere) ? documents : undefined;
}
