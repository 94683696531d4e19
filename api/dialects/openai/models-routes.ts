import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Model } from '../../../workflows/contracts/models.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { nearestModels } from '../../../workflows/domain/models.js';
import { namedOffers, offersFor } from '../../../workflows/domain/named-offers.js';
import { callerOf } from '../../http/authenticate.js';
import { refused } from '../../http/refused-error.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { type DescribeModel, renderEndpoints, renderModel, renderModelList } from './render-models.js';

const ENDPOINTS = '/endpoints';

/**
 * `GET /v1/models`, `GET /v1/models/{id}`, whose id has slashes in it, and OpenRouter's
 * `GET /v1/models/{author}/{slug}/endpoints`. `offers` are those of configured vendors.
 */
export function registerModelsRoutes(
  app: FastifyInstance,
  [authenticate]: InferenceHooks,
  offers: readonly Offer[],
  models: readonly Model[] = [],
): void {
  const options = { config: { kind: 'models', scope: 'models' }, onRequest: authenticate } as const;
  const described = new Map(models.map((model) => [model.id, model]));
  const describe: DescribeModel = (id) => (id === undefined ? undefined : described.get(id));
  const endpointsOf = (request: FastifyRequest, name: string) => {
    const [offer] = findOffers(request, offers, name);
    return renderEndpoints(withItsModel(request, offers, offer), describe(offer.model));
  };
  app.get('/v1/models', options, (request) => renderModelList(offersFor(offers, callerOf(request)), describe));
  app.get<{ Params: { author: string; slug: string } }>('/v1/models/:author/:slug/endpoints', options, (request) =>
    endpointsOf(request, `${request.params.author}/${request.params.slug}`),
  );
  app.get<{ Params: { '*': string } }>('/v1/models/*', options, (request) => {
    const name = request.params['*'];
    // Names of more than two parts come here whole.
    if (name.endsWith(ENDPOINTS)) return endpointsOf(request, name.slice(0, -ENDPOINTS.length));
    const [offer] = findOffers(request, offers, name);
    return renderModel(offer, describe(offer.model));
  });
}

/** Throws `model_not_found` where the caller may not use any offer of the name. */
function findOffers(
  request: FastifyRequest,
  offers: readonly Offer[],
  name: string,
): readonly [Offer, ...(readonly Offer[])] {
  const caller = callerOf(request);
  const [offer, ...others] = namedOffers(name, offers, caller);
  if (offer) return [offer, ...others];
  const nearest = nearestModels(name, offersFor(offers, caller), 3);
  const hint = nearest.length === 0 ? 'No model is available to you.' : `The nearest are: ${nearest.join(', ')}.`;
  throw refused('model_not_found', `There is no model of this name. ${hint}`, { param: 'model' });
}

/** All offers of the offer's model that the caller may use: first those that its name means, then those of one region. */
function withItsModel(request: FastifyRequest, offers: readonly Offer[], offer: Offer): readonly Offer[] {
  if (offer.model === undefined) return [offer];
  const { model } = offer;
  const caller = callerOf(request);
  const all = offersFor(offers, caller).filter((other) => other.model === model);
  const meant = namedOffers(model, offers, caller).map(({ id }) => id);
  const rankOf = ({ id }: Offer): number => (meant.includes(id) ? meant.indexOf(id) : meant.length);
  return all.toSorted((left, right) => rankOf(left) - rankOf(right));
}
