import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { watchConnection } from '../http/caller-connection.js';
import type { InferenceHooks } from '../http/inference-hooks.js';
import { refused, RefusedError } from '../http/refused-error.js';
import { isRequestId } from '../request-id.js';
import type { AnswerRenderer } from './answer-renderer.js';
import { type ChunkPosition, parseEventId } from './event-id.js';
import { expiryOf, followRequest } from './follow-request.js';
import { keepAliveOf } from './keep-alive.js';
import { renderRecord } from './render-record.js';
import { sendAnswer } from './send-answer.js';
import { stopRequest } from './stop-request.js';

interface Route {
  Params: { readonly id: string };
  Querystring: { readonly starting_after?: unknown };
}

/** The dialect of a stored call decides how its answer is rendered once more. */
export type RendererOf = (record: RequestRecord, call: Call) => AnswerRenderer;

/** `/v1/requests/{id}`: how a request goes, its answer once more, its stream from where it broke off, and its end. */
export function registerRequestRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  [authenticate]: InferenceHooks,
  rendererOf: RendererOf,
): void {
  const options = { config: { kind: 'requests', scope: 'requests' }, onRequest: authenticate } as const;
  app.get<Route>('/v1/requests/:id', options, async (request) => renderRecord(await findOwn(deps, request)));
  app.get<Route>('/v1/requests/:id/answer', options, (request, reply) =>
    sendAgain(deps, request, reply, rendererOf, { stream: false }),
  );
  app.get<Route>('/v1/requests/:id/stream', options, (request, reply) =>
    sendAgain(deps, request, reply, rendererOf, { stream: true, after: startingAfter(request) }),
  );
  app.post<Route>('/v1/requests/:id/cancel', options, async (request, reply) => {
    const record = await findOwn(deps, request);
    if (record.endedAt === undefined) await stopRequest(deps, record);
    return reply.code(202).send(renderRecord(record));
  });
}

/** The caller's own request: another project's is as unknown as none. */
async function findOwn(deps: AppDependencies, request: FastifyRequest<Route>): Promise<RequestRecord> {
  const { id } = request.params;
  const record = isRequestId(id) ? await deps.requests.find(id) : undefined;
  if (record?.projectId !== callerOf(request).projectId) throw refused('request_not_found');
  return record;
}

async function sendAgain(
  deps: AppDependencies,
  request: FastifyRequest<Route>,
  reply: FastifyReply,
  rendererOf: RendererOf,
  form: { readonly stream: boolean; readonly after?: ChunkPosition | undefined },
): Promise<FastifyReply> {
  const connection = watchConnection(reply);
  keepAliveOf(request, deps.settings.timeouts.keepAliveMs);
  const record = await findOwn(deps, request);
  const execution = await followRequest(deps, record);
  const call = await deps.content.read(record.id, record.retention);
  if (call === undefined) {
    execution.leave();
    throw new RefusedError(expiryOf(record));
  }
  await sendAnswer(deps, execution, connection, reply, rendererOf(record, call), form);
  return reply;
}

/** `Last-Event-ID` is what a browser sends when it reconnects; the query is for everybody else. */
function startingAfter(request: FastifyRequest<Route>): ChunkPosition | undefined {
  const given = request.query.starting_after ?? request.headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const parsed = typeof given === 'string' ? parseEventId(given) : undefined;
  if (parsed?.requestId === request.params.id) return parsed.position;
  const message = "The id to start after is not one of this stream's. Send the last 'id:' that came.";
  throw refused('invalid_request', message, { param: 'starting_after' });
}
