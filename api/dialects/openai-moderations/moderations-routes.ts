import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from '../../dependencies.js';
import type { RequestError } from '../../http/describe-issue.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { checkImage } from '../shared/check-data.js';
import { modelsNamed } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { createModerationsRenderer } from './moderations-renderer.js';
import { type ModerationsRequestFields, moderationsRequestSchema } from './moderations-request.schema.js';
import { toModerationCall } from './to-moderation-call.js';

/** OpenAI's default, for callers who name no model. */
const DEFAULT_MODEL = { name: 'omni-moderation-latest', param: 'model' };

/** `POST /v1/moderations`. */
export function registerModerationsRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
): void {
  // A key for conversations may have them judged.
  const options = { config: { kind: 'inference', scope: 'chat' }, onRequest: hooks } as const;
  app.post('/v1/moderations', options, async (request, reply) => {
    const parsed = parseBody(moderationsRequestSchema, request.body);
    if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
    const { body, fields } = parsed;
    const wrong = imageProblem(fields);
    if (wrong) return sendError(reply, renderRequestError(wrong));
    const named = modelsNamed(fields);
    return serveMedia(
      deps,
      offersOf,
      {
        ...{ call: toModerationCall(body, fields), named: named.length === 0 ? [DEFAULT_MODEL] : named, fields },
        createRenderer: createModerationsRenderer,
      },
      request,
      reply,
    );
  });
}

function imageProblem({ input }: ModerationsRequestFields): RequestError | undefined {
  if (typeof input === 'string') return undefined;
  return input
    .map((item, index) =>
      typeof item === 'string' || item.type === 'text'
        ? undefined
        : checkImage(item.image_url.url, `input[${index}].image_url.url`),
    )
    .find((problem) => problem !== undefined);
}
