import type { FastifyInstance } from 'fastify';
import type { ImageCall } from '../../../workflows/contracts/media-calls.js';
import type { AppDependencies } from '../../dependencies.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { registerMultipart } from '../../http/multipart-form.js';
import { sendError } from '../../http/rendered-error.js';
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
): void {
  const { maxBodyBytes } = deps.settings;
  const options = { config: { kind: 'inference', scope: 'images' }, onRequest: hooks } as const;
  app.register((scope, _options, done) => {
    registerMultipart(scope, maxBodyBytes);
    for (const [path, operation] of Object.entries(OPERATIONS)) {
      scope.post(path, options, async (request, reply) => {
        const read = await readImagesRequest(operation, request, maxBodyBytes);
        if (!read.ok) return sendError(reply, renderRequestError(read.error));
        const { call, fields } = read;
        const createRenderer = ({ requestId }: { readonly requestId: string }) =>
          createImagesRenderer({ requestId, call });
        return serveMedia(deps, offersOf, { call, named: modelsNamed(fields), fields, createRenderer }, request, reply);
      });
    }
    done();
  });
}
