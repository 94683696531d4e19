import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Kind } from '../../workflows/contracts/kinds.js';
import type { Model } from '../../workflows/contracts/models.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { KINDS, MEDIA_KINDS } from '../../workflows/domain/kinds.js';
import { nearestModels } from '../../workflows/domain/models.js';
import { namedOffers, offersFor } from '../../workflows/domain/named-offers.js';
import type { AppDependencies, Log } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { createErrorHandler } from '../http/error-handler.js';
import type { InferenceHooks } from '../http/inference-hooks.js';
import { refused } from '../http/refused-error.js';
import type { OffersOfKind } from '../requests/serve-media.js';
import { autoEntries, autoEntryOf } from './auto-entries.js';
import { renderRefusal as renderMessagesRefusal } from './anthropic-messages/render-error.js';
import { renderModelInfo, renderModelInfoPage } from './anthropic-messages/render-models.js';
import { type DescribeModel, renderEndpoints, renderModel, renderModelList } from './openai/render-models.js';
import { renderRefusal } from './shared/render-openai-error.js';

const ENDPOINTS = '/endpoints';

/** How a dialect shows models at the addresses that all dialects share. */
interface ModelsDialect {
  list(offers: readonly Offer[], describe: DescribeModel, query: unknown): JsonObject;
  one(offer: Offer, describe: DescribeModel): JsonObject;
}

const OPENAI: ModelsDialect = {
  list: renderModelList,
  one: (offer, describe) => renderModel(offer, describe(offer.model)),
};
const ANTHROPIC: ModelsDialect = {
  list: (offers, _describe, query) => renderModelInfoPage(offers, query),
  one: renderModelInfo,
};

/**
 * `GET /v1/models` and `GET /v1/models/{id}`, whose id has slashes in it, and OpenRouter's
 * `GET /v1/models/{author}/{slug}/endpoints`. Both vendors' clients call the former two; those of Anthropic always say which
 * version of its API they mean. `offersOf` gives those of configured vendors as they are now; those for no conversation are
 * listed where `?kind=` asks for them, and found by their names.
 */
export function registerModelsRoutes(
  app: FastifyInstance,
  { log, vendorHealth, catalogue }: AppDependencies,
  [authenticate]: InferenceHooks,
  offersOf: OffersOfKind,
): void {
  const options = { config: { kind: 'models', scope: 'models' }, onRequest: authenticate } as const;
  const describe = describedBy(() => catalogue.models ?? []);
  const endpointsOf = async (request: FastifyRequest, name: string) => {
    const { found, among } = findAnywhere(request, name, offersOf);
    const [offer] = found;
    const all = withItsModel(request, among, offer);
    const histories = await vendorHealth.histories(all.map(({ id }) => id));
    return renderEndpoints(all, describe(offer.model), histories);
  };
  app.register((scope, _options, done) => {
    scope.setErrorHandler(createModelsErrorHandler(log));
    scope.get('/v1/models', options, (request) =>
      dialectOf(request).list(listFor(request, offersOf), describe, request.query),
    );
    scope.get<{ Params: { author: string; slug: string } }>('/v1/models/:author/:slug/endpoints', options, (request) =>
      endpointsOf(request, `${request.params.author}/${request.params.slug}`),
    );
    scope.get<{ Params: { '*': string } }>('/v1/models/*', options, (request) => {
      const name = request.params['*'];
      // Names of more than two parts come here whole.
      if (name.endsWith(ENDPOINTS)) return endpointsOf(request, name.slice(0, -ENDPOINTS.length));
      const auto = autoEntryOf(name, offersFor(offersOf('chat'), callerOf(request)));
      const [offer] = auto ? [auto] : findAnywhere(request, name, offersOf).found;
      return dialectOf(request).one(offer, describe);
    });
    done();
  });
}

/** The list is the same one until somebody has described a model otherwise. */
function describedBy(models: () => readonly Model[]): DescribeModel {
  let list: readonly Model[] | undefined;
  let described = new Map<string, Model>();
  return (id) => {
    const now = models();
    if (now !== list) [list, described] = [now, new Map(now.map((model) => [model.id, model]))];
    return id === undefined ? undefined : described.get(id);
  };
}

/** Conversations, unless others are asked for (`kind`), which clients that choose a model to talk to would not know apart. */
function listFor(request: FastifyRequest, offersOf: OffersOfKind): readonly Offer[] {
  const kinds = speaksAnthropic(request) ? CHAT : kindsAsked(request.query);
  const caller = callerOf(request);
  return kinds.flatMap((kind) => {
    const usable = offersFor(offersOf(kind), caller);
    return kind === 'chat' ? [...usable, ...autoEntries(usable)] : usable;
  });
}

const CHAT: readonly Kind[] = ['chat'];

/** @throws RefusedError `invalid_request` of `kind` where it is none. */
function kindsAsked(query: unknown): readonly Kind[] {
  const { kind = 'chat' } = query as { readonly kind?: string | readonly string[] };
  if (kind === 'all') return KINDS;
  const known = KINDS.find((one) => one === kind);
  if (known !== undefined) return [known];
  const message = `'kind' must be one of: ${KINDS.join(', ')}, all.`;
  throw refused('invalid_request', message, { param: 'kind' });
}

function speaksAnthropic({ headers }: FastifyRequest): boolean {
  return headers['anthropic-version'] !== undefined;
}

function dialectOf(request: FastifyRequest): ModelsDialect {
  return speaksAnthropic(request) ? ANTHROPIC : OPENAI;
}

function createModelsErrorHandler(log: Log) {
  const [openai, anthropic] = [createErrorHandler(renderRefusal, log), createErrorHandler(renderMessagesRefusal, log)];
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    (speaksAnthropic(request) ? anthropic : openai)(error, request, reply);
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

/** Among conversations first; where nothing there has the name, among the other kinds. Throws as `findOffers`. */
function findAnywhere(
  request: FastifyRequest,
  name: string,
  offersOf: OffersOfKind,
): { readonly found: readonly [Offer, ...(readonly Offer[])]; readonly among: readonly Offer[] } {
  const caller = callerOf(request);
  const conversations = offersOf('chat');
  const lists = speaksAnthropic(request) ? [] : [conversations, ...MEDIA_KINDS.map(offersOf)];
  const among = lists.find((list) => namedOffers(name, list, caller).length > 0) ?? conversations;
  return { found: findOffers(request, among, name), among };
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
