import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../../../workflows/contracts/access.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { StoredAnswer, StoredAnswerQuery } from '../../../workflows/contracts/ports.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { readAsked, readAskedQuery } from '../../http/read-asked.js';
import { refused } from '../../http/refused-error.js';
import { sendError } from '../../http/rendered-error.js';
import {
  destroyStored,
  findStoredCall,
  openStored,
  readStoredAnswer,
  type StoredCall,
} from '../../requests/stored-calls.js';
import { pageOf, renderObjects } from '../shared/render-objects.js';
import { createChatRenderer, storedRendering } from './chat-renderer.js';
import { requestOfCompletion, toCompletionId } from './render-context.js';
import { renderDeleted, renderStoredCompletion, renderStoredMessages } from './render-stored-chat.js';
import { completionPageSchema, labelsSchema, messagePageSchema } from './stored-chat.schema.js';

interface Route {
  Params: { readonly id: string };
}
type Completion = JsonObject & { readonly id: string };

/** `/v1/chat/completions` beyond its POST: the answers that were asked for with `store`, by their ids. */
export function registerStoredChatRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  [authenticate]: InferenceHooks,
): void {
  const options = { config: { kind: 'requests', scope: 'chat' }, onRequest: authenticate } as const;
  const find = (request: FastifyRequest<Route>): Promise<StoredCall> =>
    findStoredCall(deps, callerOf(request).projectId, 'openai-chat', requestOfCompletion(request.params.id));

  app.get('/v1/chat/completions', options, (request) => listCompletions(deps, request));
  app.get<Route>('/v1/chat/completions/:id', options, async (request, reply) =>
    sendCompletion(deps, await find(request), reply),
  );
  app.post<Route>('/v1/chat/completions/:id', options, async (request, reply) => {
    const { metadata } = readAsked(labelsSchema, request.body);
    const stored = await find(request);
    const labels = metadata ?? {};
    await deps.storedAnswers.setMetadata(stored.record.projectId, stored.record.id, labels);
    return sendCompletion(deps, { ...stored, answer: { ...stored.answer, metadata: labels } }, reply);
  });
  app.delete<Route>('/v1/chat/completions/:id', options, async (request) => {
    const { answer, record } = await find(request);
    await destroyStored(deps, record);
    return renderDeleted(answer);
  });
  app.get<Route>('/v1/chat/completions/:id/messages', options, async (request) =>
    pageOf(renderStoredMessages(await find(request)), readAskedQuery(messagePageSchema, request.query)),
  );
}

async function sendCompletion(deps: AppDependencies, stored: StoredCall, reply: FastifyReply): Promise<FastifyReply> {
  const collected = await readStoredAnswer(deps, stored);
  if (collected === undefined) throw refused('answer_not_found');
  const { event, frames } = collected;
  if (event.type === 'answered') return reply.send(renderStoredCompletion(stored, frames, event.summary));
  return sendError(reply, createChatRenderer(storedRendering(stored.record, stored.call)).error(event));
}

async function listCompletions(deps: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const { after, model, metadata, limit, order } = readAskedQuery(completionPageSchema, request.query);
  const query: StoredAnswerQuery = {
    ...{ limit, order },
    ...(after !== undefined && { after: requestOfCompletion(after) ?? after }),
    ...(model !== undefined && { model }),
    ...(metadata !== undefined && { metadata }),
  };
  const page = await deps.storedAnswers.list(callerOf(request).projectId, 'openai-chat', query);
  return renderPage(page, await Promise.all(page.data.map((answer) => renderListed(deps, answer))));
}

/** What was destroyed since the list was read is left out of it, and stays a cursor for as long as it is one. */
function renderPage(
  { data, hasMore }: Page<StoredAnswer>,
  completions: readonly (Completion | undefined)[],
): JsonObject {
  const last = data.at(-1);
  const page = renderObjects(
    completions.filter((completion) => completion !== undefined),
    hasMore,
  );
  return { ...page, last_id: last === undefined ? null : toCompletionId(last.requestId) };
}

async function renderListed(deps: AppDependencies, answer: StoredAnswer): Promise<Completion | undefined> {
  const stored = await openStored(deps, answer);
  const collected = stored && (await readStoredAnswer(deps, stored));
  if (!stored || collected?.event.type !== 'answered') return undefined;
  const completion = renderStoredCompletion(stored, collected.frames, collected.event.summary);
  return { ...completion, id: toCompletionId(answer.requestId) };
}
