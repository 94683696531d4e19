import type { BatchDialect, BatchLines, BatchRequest, BatchSubmission } from '../../workflows/contracts/batches.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { SubmissionAnswer } from '../../workflows/contracts/submissions.js';
import { submitAgainAfterMs } from '../../workflows/domain/submission-retry.js';
import { answerOfLine } from '../batches/line-answer.js';
import type { AppDependencies } from '../dependencies.js';
import type { RendererOf } from '../requests/request-routes.js';
import { stopRequest } from '../requests/stop-request.js';
import { renderMessageBatchLine } from './anthropic-messages/render-batch-line.js';
import { renderVideo } from './openai-videos/render-video.js';
import { renderBatchLine } from './openai-batches/render-batch-line.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The way of the gateway's own batches into this API. */
    batchLines: BatchLines;
  }
}

/** From the end of the window on: the results of the lines must last until they are written. */
const WRITING_MS = 24 * 3_600_000;
/** With less than this left of its batch's time, a line that has waited for a limit is called by itself. */
const NATIVE_LEAST_MS = 3_600_000;
/** Of jobs, the last in line: a batch keeps nobody waiting who has come with a single request. */
const PRIORITY = '5';

const RENDERERS: { readonly [D in BatchDialect]: typeof renderBatchLine } = {
  openai: renderBatchLine,
  anthropic: renderMessageBatchLine,
};

/**
 * The API for the lines of batches. A line is posted through the whole of it, by the rights that the batch's key has at that
 * moment: there is no second door with rules of its own.
 */
export function createBatchLines(deps: AppDependencies, rendererOf: RendererOf): BatchLines {
  return {
    submit: async (request) => toSubmission(await post(deps, request)),
    render: async (line) => {
      const answer = await answerOfLine(deps, line.end, rendererOf, (record, call) => videoOf(deps, record, call));
      return JSON.stringify(RENDERERS[line.batch.dialect](line, answer));
    },
    stop: (requestId) => stopRequest(deps, { id: requestId, isJob: true }),
  };
}

/** A video is answered by what tells of it: its content is fetched by its id. */
async function videoOf(
  { jobs }: AppDependencies,
  { projectId, id }: RequestRecord,
  call: Call,
): Promise<JsonObject | undefined> {
  const job = call.kind === 'video' ? await jobs.find(projectId, id) : undefined;
  return job && call.kind === 'video' ? renderVideo(job, call) : undefined;
}

function post(
  { submissions, settings }: AppDependencies,
  { batch, number, body }: BatchRequest,
): Promise<SubmissionAnswer> {
  const leftMs = Math.max(0, Date.parse(batch.expiresAt) - Date.now());
  const headers = {
    ...batch.headers,
    prefer: 'respond-async',
    'cancel-after': String(Math.max(1, Math.ceil(leftMs / 1_000))),
    'x-sluice-priority': PRIORITY,
    'idempotency-key': `${batch.id}:${number}`,
  };
  const native = batch.native && leftMs >= Math.min(NATIVE_LEAST_MS, settings.batches.nativeFromMs / 2);
  const line = { batchId: batch.id, holdMs: leftMs + WRITING_MS, native };
  return submissions.submit(batch, { path: batch.endpoint, headers, body }, line);
}

function toSubmission({ status: statusCode, headers, body }: SubmissionAnswer): BatchSubmission {
  const requestId = headers['x-request-id'] ?? '';
  if (statusCode < 300) return { status: 'accepted', requestId };
  const afterMs = submitAgainAfterMs({ status: statusCode, headers });
  if (afterMs !== undefined) return { status: 'wait', afterMs };
  return {
    status: 'refused',
    statusCode,
    requestId,
    body: JSON.parse(body) as JsonObject,
    isOfKey: statusCode === 401,
  };
}
