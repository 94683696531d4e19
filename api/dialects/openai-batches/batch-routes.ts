import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Batch } from '../../../workflows/contracts/batches.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { durationMs } from '../../../workflows/domain/duration.js';
import { mintBatchId } from '../../batches/batch-id.js';
import { cancelBatch, checkKept, createBatch } from '../../batches/create-batch.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { isObjectId } from '../../http/object-id.js';
import { readAsked, readAskedQuery } from '../../http/read-asked.js';
import { refused } from '../../http/refused-error.js';
import { renderObjects } from '../shared/render-objects.js';
import { batchPageSchema, batchRequestSchema } from './batch.schema.js';
import { renderBatch } from './render-batch.js';

interface Route {
  Params: { readonly id: string };
}

/** OpenAI's `/v1/batches`: a file of requests, each of which becomes a job. */
export function registerBatchRoutes(app: FastifyInstance, deps: AppDependencies, [authenticate]: InferenceHooks): void {
  const options = { config: { kind: 'batches', scope: 'batches' }, onRequest: authenticate } as const;
  app.post('/v1/batches', options, async (request) => renderBatch(await create(deps, request)));
  app.get('/v1/batches', options, (request) => list(deps, request));
  app.get<Route>('/v1/batches/:id', options, async (request) => renderBatch(await find(deps, request)));
  app.post<Route>('/v1/batches/:id/cancel', options, async (request) => {
    const { id } = await find(deps, request);
    return renderBatch(await cancelBatch(deps, request, 'openai', id));
  });
}

async function create(deps: AppDependencies, request: FastifyRequest): Promise<Batch> {
  const asked = readAsked(batchRequestSchema, request.body);
  const { input_file_id: inputId, endpoint, completion_window: completionWindow } = asked;
  checkKept(request);
  return createBatch(deps, request, {
    ...{ id: mintBatchId('openai'), dialect: 'openai', endpoint, completionWindow, inputId, headers: {} },
    check: () => checkInput(deps, request, inputId),
    windowMs: durationMs(completionWindow) ?? 0,
    metadata: asked.metadata ?? {},
    native: asked.native ?? undefined,
    outputSeconds: asked.output_expires_after?.seconds ?? deps.settings.batches.retentionMs / 1_000,
  });
}

async function checkInput({ objects }: AppDependencies, request: FastifyRequest, inputId: string): Promise<void> {
  const param = 'input_file_id';
  const file = await objects.find(callerOf(request).projectId, inputId);
  if (file?.kind !== 'file') throw refused('file_not_found', '', { param });
  if (file.purpose === 'batch') return;
  const message = `The file is for '${file.purpose ?? 'user_data'}'. Upload it with the purpose 'batch'.`;
  throw refused('invalid_request', message, { param });
}

async function list({ batches }: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const { after, limit } = readAskedQuery(batchPageSchema, request.query);
  const query = { dialect: 'openai', limit, order: 'desc', ...(after !== undefined && { after }) } as const;
  const { data, hasMore } = await batches.list(callerOf(request).projectId, query);
  return renderObjects(data.map(renderBatch), hasMore);
}

/** The caller's own batch: another project's is as unknown as none. */
async function find({ batches }: AppDependencies, request: FastifyRequest<Route>): Promise<Batch> {
  const { id } = request.params;
  const batch = isObjectId(id) ? await batches.find(callerOf(request).projectId, 'openai', id) : undefined;
  if (batch === undefined) throw refused('batch_not_found');
  return batch;
}
