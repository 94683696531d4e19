import type { FastifyInstance } from 'fastify';
import type { ImageCall } from '../../../workflows/contracts/media-calls.js';
import type { AppDependencies } from '../../dependencies.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { sendError } from '../../http/rendered-error.js';
import type { RequestForms } from '../../requests/request-forms.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { modelsNamed } from '../shared/models-named.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { createImagesRenderer } from './images-renderer.js';
import { readImagesRequest } from './read-images-request.js';

const OPERATIONS: { readonly [path: string]: ImageCall['operation'] } = {
  '/v1/images/generations': 'generate',
  '/v1/images/edits': 'edit',
  '/v1/images/variations': 'vary',
};

/** `POST /v1/images/…` (https://platform.openai.com/docs/api-reference/images), in a scope that reads forms. */
export function registerImagesRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
  forms: RequestForms,
): void {
  const options = { config: { kind: 'inference', scope: 'images' }, onRequest: hooks } as const;
  app.register((scope, _options, done) => {
    forms.register(scope);
    for (const [path, operation] of Object.entries(OPERATIONS)) {
      const handle = forms.handler(async (request, reply) => {
        const read = await readImagesRequest(operation, request, { forms, objects: deps.objects });
        if (!read.ok) return sendError(reply, renderRequestError(read.error));
        const { call, fields } = read;
        const createRenderer = ({ requestId }: { readonly requestId: string }) =>
          createImagesRenderer({ requestId, call });
        return serveMedia(deps, offersOf, { call, named: modelsNamed(fields), fields, createRenderer }, request, reply);
      });
      scope.post(path, options, handle);
    }
    done();
  });
}
