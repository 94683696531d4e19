import type { FastifyInstance } from 'fastify';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { nearestModels, resolveModel } from '../../../workflows/domain/models.js';
import { offersFor } from '../../../workflows/domain/plan.js';
import { callerOf } from '../../http/authenticate.js';
import { refused } from '../../http/refused-error.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { renderModel, renderModelList } from './render-models.js';

/** `GET /v1/models` and `GET /v1/models/{id}`, whose id has a slash in it. */
export function registerModelsRoutes(
  app: FastifyInstance,
  [authenticate]: InferenceHooks,
  offers: () => readonly Offer[],
): void {
  const options = { config: { kind: 'models', scope: 'models' }, onRequest: authenticate } as const;
  app.get('/v1/models', options, (request) => renderModelList(offersFor(offers(), callerOf(request))));
  app.get<{ Params: { '*': string } }>('/v1/models/*', options, (request) => {
    const name = request.params['*'];
    const allowed = offersFor(offers(), callerOf(request));
    const offer = resolveModel(name, allowed);
    if (offer) return renderModel(offer);
    const nearest = nearestModels(name, allowed, 3);
    const hint = nearest.length === 0 ? 'No model is available to you.' : `The nearest are: ${nearest.join(', ')}.`;
    const message = `There is no model of this name. ${hint}`;
    throw refused('model_not_found', message, { param: 'model' });
  });
}
