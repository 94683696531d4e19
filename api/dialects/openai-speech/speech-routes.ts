import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from '../../dependencies.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { MODEL_MISSING, modelsNamed } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { createSpeechRenderer } from './speech-renderer.js';
import { speechRequestSchema } from './speech-request.schema.js';
import { toSpeechCall } from './to-speech-call.js';

/** `POST /v1/audio/speech`. */
export function registerSpeechRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
): void {
  const options = { config: { kind: 'inference', scope: 'audio' }, onRequest: hooks } as const;
  app.post('/v1/audio/speech', options, async (request, reply) => {
    const parsed = parseBody(speechRequestSchema, request.body);
    if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
    const { body, fields } = parsed;
    const named = modelsNamed(fields);
    if (named.length === 0) return sendError(reply, renderRequestError(MODEL_MISSING));
    const call = toSpeechCall(body, fields);
    const asked = { call, named, fields, createRenderer: () => createSpeechRenderer(call) };
    return serveMedia(deps, offersOf, asked, request, reply);
  });
}
