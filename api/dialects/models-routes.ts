import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { nearestModels, resolveModel } from '../../workflows/domain/models.js';
import { offersFor } from '../../workflows/domain/plan.js';
import type { Log } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { createErrorHandler } from '../http/error-handler.js';
import type { InferenceHooks } from '../http/inference-hooks.js';
import { refused } from '../http/refused-error.js';
import { renderRefusal as renderMessagesRefusal } from './anthropic-messages/render-error.js';
import { renderModelInfo, renderModelInfoPage } from './anthropic-messages/render-models.js';
import { renderRefusal } from './shared/render-openai-error.js';
import { renderModel, renderModelList } from './openai/render-models.js';

/** How a dialect shows models at the addresses that all dialects share. */
interface ModelsDialect {
  list(offers: readonly Offer[], query: unknown): JsonObject;
  one(offer: Offer): JsonObject;
}

const OPENAI: ModelsDialect = { list: renderModelList, one: renderModel };
const ANTHROPIC: ModelsDialect = { list: renderModelInfoPage, one: renderModelInfo };

/**
 * `GET /v1/models` and `GET /v1/models/{id}`, whose id has a slash in it. Both vendors' clients call these addresses; those
 * of Anthropic always say which version of its API they mean.
 */
export function registerModelsRoutes(
  app: FastifyInstance,
  log: Log,
  [authenticate]: InferenceHooks,
  offers: readonly Offer[],
): void {
  const options = { config: { kind: 'models', scope: 'models' }, onRequest: authenticate } as const;
  app.register((scope, _options, done) => {
    scope.setErrorHandler(createModelsErrorHandler(log));
    scope.get('/v1/models', options, (request) =>
      dialectOf(request).list(offersFor(offers, callerOf(request)), request.query),
    );
    scope.get<{ Params: { '*': string } }>('/v1/models/*', options, (request) =>
      dialectOf(request).one(findOffer(request.params['*'], offersFor(offers, callerOf(request)))),
    );
    done();
  });
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

function findOffer(name: string, allowed: readonly Offer[]): Offer {
  const offer = resolveModel(name, allowed);
  if (offer) return offer;
  const nearest = nearestModels(name, allowed, 3);
  const hint = nearest.length === 0 ? 'No model is available to you.' : `The nearest are: ${nearest.join(', ')}.`;
  throw refused('model_not_found', `There is no model of this name. ${hint}`, { param: 'model' });
}
