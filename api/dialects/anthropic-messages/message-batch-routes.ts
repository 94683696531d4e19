import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Batch } from '../../../workflows/contracts/batches.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { StoredObject } from '../../../workflows/contracts/objects.js';
import { mintBatchId } from '../../batches/batch-id.js';
import { cancelBatch, checkKept, createBatch } from '../../batches/create-batch.js';
import { BATCH_WRITING_MS } from '../../../workflows/domain/batch-lines.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { cutWhereUnread } from '../../http/caller-connection.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { isObjectId } from '../../http/object-id.js';
import { refused } from '../../http/refused-error.js';
import { betasOf } from './betas.js';
import { describeIssue } from './describe-issue.js';
import { messageBatchPageSchema } from './message-batch.schema.js';
import { type BatchedMessage, readMessageBatch } from './read-message-batch.js';
import { renderMessageBatch, renderMessageBatchPage } from './render-message-batch.js';

/** The vendor's own, and the one that it has. */
const WINDOW = { completionWindow: '24h', windowMs: 24 * 3_600_000 };
const URL = '/v1/messages/batches';

interface Route {
  Params: { readonly id: string };
}

/** `/v1/messages/batches`: many requests for messages in one body, each of which becomes a job. */
export function registerMessageBatchRoutes(app: FastifyInstance, deps: AppDependencies, hooks: InferenceHooks): void {
  const config = { kind: 'batches', scope: 'batches' } as const;
  const [authenticate] = hooks;
  const options = { config, onRequest: authenticate };
  const render = (request: FastifyRequest, batch: Batch) => renderMessageBatch(batch, originOf(deps, request));
  // Its body may be large, so that as many are read at once as of any other request for a model.
  app.post(URL, { config, onRequest: hooks }, async (request) => render(request, await create(deps, request)));
  app.get(URL, options, (request) => list(deps, request));
  app.get<Route>(`${URL}/:id`, options, async (request) => render(request, await find(deps, request)));
  app.get<Route>(`${URL}/:id/results`, options, (request, reply) => sendResults(deps, request, reply));
  app.post<Route>(`${URL}/:id/cancel`, options, async (request) => {
    const { id } = await find(deps, request);
    return render(request, await cancelBatch(deps, request, 'anthropic', id));
  });
  app.delete<Route>(`${URL}/:id`, options, (request) => forget(deps, request));
}

async function create(deps: AppDependencies, request: FastifyRequest): Promise<Batch> {
  const messages = readMessageBatch(request.body, deps.settings.batches.maxLines);
  const betas = betasOf(request);
  const native = nativeOf(request);
  checkKept(request);
  const { projectId } = callerOf(request);
  const id = mintBatchId('anthropic');
  const input = await storeInput(deps, request, id, messages);
  const batch = await createBatch(deps, request, {
    ...{ id, dialect: 'anthropic', endpoint: '/v1/messages', inputId: input.id, metadata: {}, native, ...WINDOW },
    headers: { 'anthropic-version': '2023-06-01', ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }) },
    outputSeconds: deps.settings.batches.retentionMs / 1_000,
  }).catch(async (error: unknown) => {
    await deps.objects.destroy(projectId, input.id);
    throw error;
  });
  // The key came before: this input is nobody's.
  if (batch.id !== id) await deps.objects.destroy(projectId, input.id);
  return batch;
}

const NATIVE = 'x-sluice-batch-native';

/** A header, because the body is Anthropic's. */
function nativeOf({ headers }: FastifyRequest): boolean | undefined {
  const given = headers[NATIVE];
  if (given === undefined) return undefined;
  if (given === 'true' || given === 'false') return given === 'true';
  throw refused('invalid_request', `The header '${NATIVE}' must be 'true' or 'false'.`, { param: NATIVE });
}

/** As a file of lines, which is what batches are run from. */
function storeInput(
  { objects }: AppDependencies,
  request: FastifyRequest,
  id: string,
  messages: readonly BatchedMessage[],
): Promise<StoredObject> {
  const { organizationId, projectId } = callerOf(request);
  const expiresAt = new Date(Date.now() + WINDOW.windowMs + BATCH_WRITING_MS).toISOString();
  const object = { organizationId, projectId, kind: 'part', uploadId: id, maxBytes: Number.MAX_SAFE_INTEGER } as const;
  return objects.put({ ...object, expiresAt }, linesOf(messages));
}

async function* linesOf(messages: readonly BatchedMessage[]): AsyncGenerator<Uint8Array> {
  for (const { custom_id, params } of messages) {
    yield Buffer.from(`${JSON.stringify({ custom_id, method: 'POST', url: '/v1/messages', body: params })}\n`);
  }
}

async function list(deps: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const read = messageBatchPageSchema.safeParse(request.query);
  if (!read.success) throw refused('invalid_request', describeIssue(read.error.issues, request.query).message);
  const { limit, after_id: after, before_id: before } = read.data;
  const cursors = { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
  const query = { dialect: 'anthropic', limit, order: 'desc', ...cursors } as const;
  return renderMessageBatchPage(await deps.batches.list(callerOf(request).projectId, query), originOf(deps, request));
}

/** The caller's own batch: another project's is as unknown as none. */
async function find({ batches }: AppDependencies, request: FastifyRequest<Route>): Promise<Batch> {
  const { id } = request.params;
  const batch = isObjectId(id) ? await batches.find(callerOf(request).projectId, 'anthropic', id) : undefined;
  if (batch === undefined) throw refused('batch_not_found');
  return batch;
}

async function sendResults(
  deps: AppDependencies,
  request: FastifyRequest<Route>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const batch = await find(deps, request);
  if (batch.endedAt === undefined) throw refused('batch_unfinished');
  const { projectId, outputId } = batch;
  const results = outputId === undefined ? undefined : await deps.objects.find(projectId, outputId);
  const bytes = results && (await deps.objects.read(results));
  if (!results || !bytes) throw refused('object_not_found');
  cutWhereUnread(reply, deps.settings.timeouts.slowReaderMs);
  return reply
    .headers({
      'content-type': 'application/x-jsonl',
      'content-length': String(results.bytes),
      'cache-control': 'private, no-store',
    })
    .send(Readable.from(bytes, { objectMode: false }));
}

/** With its results, at once. */
async function forget(deps: AppDependencies, request: FastifyRequest<Route>): Promise<JsonObject> {
  const { id, projectId, outputId, endedAt } = await find(deps, request);
  if (endedAt === undefined) throw refused('batch_unfinished');
  if (outputId !== undefined) await deps.objects.destroy(projectId, outputId);
  await deps.batches.forget(projectId, 'anthropic', id);
  return { id, type: 'message_batch_deleted' };
}

/** By the name that the caller has used, where the operator has set none; it is told to that caller alone. */
function originOf({ settings }: AppDependencies, request: FastifyRequest): string {
  return settings.publicUrl ?? `${request.protocol}://${request.host}`;
}
