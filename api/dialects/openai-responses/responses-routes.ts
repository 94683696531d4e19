import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import type { AppDependencies } from '../../dependencies.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { inlineFilesOf } from '../shared/inline-files.js';
import { createResponsesRenderer, storedContext } from './responses-renderer.js';
import { type ResponsesForm, serveResponses } from './serve-responses.js';

const RESPONSE: ResponsesForm = {
  backgrounds: true,
  toCall: (call) => call,
  toOptions: (options) => options,
  createRenderer: (record, call) => createResponsesRenderer(storedContext(record, call)),
};

/** `POST /v1/responses`. `offers` gives those of configured vendors as they are now. */
export function registerResponsesRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  const config = { kind: 'inference', scope: 'responses' } as const;
  const options = { config, onRequest: hooks, preHandler: inlineFilesOf(deps) };
  app.post('/v1/responses', options, (request, reply) => serveResponses(deps, offers, RESPONSE, request, reply));
}
