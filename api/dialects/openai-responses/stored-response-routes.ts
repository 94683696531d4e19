import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { readAskedQuery } from '../../http/read-asked.js';
import { followRequest } from '../../requests/follow-request.js';
import { keepAliveOf } from '../../requests/keep-alive.js';
import { sendAnswer } from '../../requests/send-answer.js';
import { stopRequest } from '../../requests/stop-request.js';
import { destroyStored, findStoredCall, type StoredCall } from '../../requests/stored-calls.js';
import { asNumber } from '../shared/json-fields.js';
import { type Listed, pageOf } from '../shared/render-objects.js';
import { inputItemsOf } from './input-items.js';
import { requestOfResponse } from './render-context.js';
import { readWhole, renderStoredNow } from './read-stored-response.js';
import { renderDeletedResponse } from './render-stored-response.js';
import { createResponsesRenderer, storedContext } from './responses-renderer.js';
import { inputItemPageSchema, responseQuerySchema } from './stored-response.schema.js';

interface Route {
  Params: { readonly id: string };
}

/** `/v1/responses/{id}`: stored responses by their ids, while they run and afterwards. */
export function registerStoredResponseRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  [authenticate]: InferenceHooks,
): void {
  const options = { config: { kind: 'requests', scope: 'responses' }, onRequest: authenticate } as const;
  const find = (request: FastifyRequest<Route>): Promise<StoredCall> =>
    findStoredCall(deps, callerOf(request).projectId, 'openai-responses', requestOfResponse(request.params.id));

  app.get<Route>('/v1/responses/:id', options, async (request, reply) => {
    const { stream, starting_after: after } = readAskedQuery(responseQuerySchema, request.query);
    keepAliveOf(request, deps.settings.timeouts.keepAliveMs);
    const stored = await find(request);
    if (stream) return streamAgain(deps, stored, reply, after);
    return renderStoredNow(deps, stored);
  });
  app.delete<Route>('/v1/responses/:id', options, async (request) => {
    const { record } = await find(request);
    await destroyStored(deps, record);
    return renderDeletedResponse(record.id);
  });
  app.post<Route>('/v1/responses/:id/cancel', options, async (request) => {
    const stored = await find(request);
    if (stored.record.endedAt === undefined) await stopRequest(deps, stored.record);
    return readWhole(deps, stored);
  });
  app.get<Route>('/v1/responses/:id/input_items', options, async (request) => {
    const page = readAskedQuery(inputItemPageSchema, request.query);
    const { call, record } = await find(request);
    return pageOf(inputItemsOf(call, record.id).filter(hasId), page);
  });
}

/** From the event behind the one that is named, or from the first one: the same events, whoever answered, at any gateway. */
async function streamAgain(
  deps: AppDependencies,
  { record, call }: StoredCall,
  reply: FastifyReply,
  after: number | undefined,
): Promise<FastifyReply> {
  const connection = watchConnection(reply);
  const execution = await followRequest(deps, record);
  const renderer = createResponsesRenderer(storedContext(record, call));
  const isKnown = (chunk: JsonObject): boolean =>
    after !== undefined && (asNumber(chunk['sequence_number']) ?? 0) <= after;
  await sendAnswer(deps, execution, connection, reply, renderer, { stream: true, isKnown });
  return reply;
}

/** Each has one, by `inputItemsOf`. */
function hasId(item: JsonObject): item is Listed {
  return typeof item['id'] === 'string';
}
