import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from '../../dependencies.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { MODEL_MISSING, modelsNamed } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { createEmbeddingsRenderer } from './embeddings-renderer.js';
import { embeddingsRequestSchema } from './embeddings-request.schema.js';
import { toEmbeddingCall } from './to-embedding-call.js';

/** `POST /v1/embeddings`. */
export function registerEmbeddingsRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
): void {
  const options = { config: { kind: 'inference', scope: 'embeddings' }, onRequest: hooks } as const;
  app.post('/v1/embeddings', options, async (request, reply) => {
    const parsed = parseBody(embeddingsRequestSchema, request.body);
    if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
    const { body, fields } = parsed;
    const named = modelsNamed(fields);
    if (named.length === 0) return sendError(reply, renderRequestError(MODEL_MISSING));
    const encoding = fields.encoding_format ?? 'float';
    return serveMedia(
      deps,
      offersOf,
      {
        ...{ call: toEmbeddingCall(body, fields), named, fields },
        createRenderer: ({ model }) => createEmbeddingsRenderer({ model, encoding }),
      },
      request,
      reply,
    );
  });
}
