import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JobQuery, JobRecord } from '../../../workflows/contracts/jobs.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { watchConnection } from '../../http/caller-connection.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { readAskedQuery } from '../../http/read-asked.js';
import { refused, RefusedError } from '../../http/refused-error.js';
import { isRequestId } from '../../request-id.js';
import { followRequest, isHeld } from '../../requests/follow-request.js';
import { keepAliveOf } from '../../requests/keep-alive.js';
import { renderJob } from '../../requests/render-job.js';
import type { RendererOf } from '../../requests/request-routes.js';
import { sendAnswer } from '../../requests/send-answer.js';
import { stopRequest } from '../../requests/stop-request.js';
import { type Listed, renderObjects } from '../shared/render-objects.js';
import { jobEventsSchema, jobPageSchema } from './job-query.schema.js';
import { sendJobEvents } from './send-job-events.js';

interface Route {
  Params: { readonly id: string };
}

/** `/v1/jobs`: requests whose callers come back for the answer. Each is a request too, under the same id. */
export function registerJobRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  [authenticate]: InferenceHooks,
  rendererOf: RendererOf,
): void {
  const options = { config: { kind: 'requests', scope: 'requests' }, onRequest: authenticate } as const;
  app.get('/v1/jobs', options, (request) => listJobs(deps, request));
  app.get<Route>('/v1/jobs/:id', options, async (request) => renderJob(await findJob(deps, request)));
  app.get<Route>('/v1/jobs/:id/events', options, async (request, reply) => {
    const { starting_after: given = headerOf(request) } = readAskedQuery(jobEventsSchema, request.query);
    keepAliveOf(request, deps.settings.timeouts.keepAliveMs);
    const connection = watchConnection(reply);
    await sendJobEvents(deps, await findJob(deps, request), given ?? 0, connection, reply);
    return reply;
  });
  app.get<Route>('/v1/jobs/:id/result', options, (request, reply) => sendResult(deps, request, reply, rendererOf));
  app.post<Route>('/v1/jobs/:id/cancel', options, async (request) => {
    const job = await findJob(deps, request);
    if (job.completedAt === undefined) await stopRequest(deps, { id: job.id, isJob: true });
    return renderJob((await deps.jobs.find(job.projectId, job.id)) ?? job);
  });
}

async function listJobs(deps: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const asked = readAskedQuery(jobPageSchema, request.query);
  const { after, before, status, kind, model, metadata } = asked;
  const { created_after: createdAfter, created_before: createdBefore, batch_id: batchId } = asked;
  const wanted = { after, before, status, kind, model, metadata, createdAfter, createdBefore, batchId };
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const query: JobQuery = { ...given, limit: asked.limit, order: asked.order };
  const { data, hasMore } = await deps.jobs.list(callerOf(request).projectId, query);
  return renderObjects(
    data.map((job) => renderJob(job) as Listed),
    hasMore,
  );
}

/** The caller's own job: another project's is as unknown as none. */
async function findJob(deps: AppDependencies, request: FastifyRequest<Route>): Promise<JobRecord> {
  const { id } = request.params;
  const job = isRequestId(id) ? await deps.jobs.find(callerOf(request).projectId, id) : undefined;
  if (job === undefined) throw refused('job_not_found');
  return job;
}

/** The answer as it would have been, its status and its form included; a stream that still runs is followed. */
async function sendResult(
  deps: AppDependencies,
  request: FastifyRequest<Route>,
  reply: FastifyReply,
  rendererOf: RendererOf,
): Promise<FastifyReply> {
  const connection = watchConnection(reply);
  keepAliveOf(request, deps.settings.timeouts.keepAliveMs);
  const job = await findJob(deps, request);
  if (job.completedAt === undefined && !job.stream) throw refused('job_unfinished');
  const record = await deps.requests.find(job.id);
  const call = record && isHeld(record) ? await deps.content.read(record.id, record.retention) : undefined;
  if (!record || !call) throw goneOf(job);
  await sendAnswer(deps, await followRequest(deps, record), connection, reply, rendererOf(record, call), {
    stream: job.stream,
  });
  return reply;
}

function goneOf({ id }: JobRecord): RefusedError {
  return new RefusedError({ code: 'job_result_expired', message: '' }, { headers: { 'x-request-id': id } });
}

function headerOf({ headers }: FastifyRequest): number | undefined {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given);
  const message = "The header 'Last-Event-ID' must be the id of an event of this job. Send the last 'id:' that came.";
  throw refused('invalid_request', message, { param: 'Last-Event-ID' });
}
