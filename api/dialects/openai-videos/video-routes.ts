import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GivenMedia } from '../../../workflows/contracts/call.js';
import type { JobRecord } from '../../../workflows/contracts/jobs.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../workflows/contracts/media-calls.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { isForm } from '../../http/multipart-form.js';
import { readAskedQuery } from '../../http/read-asked.js';
import { refused } from '../../http/refused-error.js';
import { sendError } from '../../http/rendered-error.js';
import { sendObject } from '../../http/send-object.js';
import { isRequestId } from '../../request-id.js';
import type { RequestForms } from '../../requests/request-forms.js';
import { type OffersOfKind, serveMedia } from '../../requests/serve-media.js';
import { stopRequest } from '../../requests/stop-request.js';
import { MODEL_MISSING, modelsNamed } from '../shared/models-named.js';
import { findNamed } from '../shared/own-files.js';
import { parseBody } from '../shared/parse-body.js';
import { type Listed, renderObjects } from '../shared/render-objects.js';
import { renderRequestError } from '../shared/render-openai-error.js';
import { outputOf } from './output-of.js';
import { renderVideo } from './render-video.js';
import { fileNamed, type GivenFile, toVideoCall } from './to-video-call.js';
import { videoContentSchema, videoPageSchema } from './video-query.schema.js';
import { createVideoRenderer } from './video-renderer.js';
import { type VideoRequestFields, videoRequestSchema } from './video-request.schema.js';

interface Route {
  Params: { readonly id: string };
}

/** `/v1/videos`: each is a job, which takes minutes; its outputs rest in the object store until their time is over. */
export function registerVideoRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  hooks: InferenceHooks,
  offersOf: OffersOfKind,
  forms: RequestForms,
): void {
  const [authenticate] = hooks;
  const read = { config: { kind: 'requests', scope: 'video' }, onRequest: authenticate } as const;
  app.register((scope, _options, done) => {
    forms.register(scope);
    const options = { config: { kind: 'inference', scope: 'video' }, onRequest: hooks } as const;
    const handle = forms.handler((request, reply) => createVideo(deps, { offersOf, forms }, request, reply));
    scope.post('/v1/videos', options, handle);
    done();
  });
  app.get('/v1/videos', read, (request) => listVideos(deps, request));
  app.get<Route>('/v1/videos/:id', read, async (request) => {
    const { job, call } = await findVideo(deps, request);
    return renderVideo(job, call);
  });
  app.get<Route>('/v1/videos/:id/content', read, (request, reply) => sendContent(deps, request, reply));
  app.delete<Route>('/v1/videos/:id', read, (request) => deleteVideo(deps, request));
}

async function createVideo(
  deps: AppDependencies,
  { offersOf, forms }: { readonly offersOf: OffersOfKind; readonly forms: RequestForms },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { fields: given, files } = isForm(request)
    ? await forms.read(request, true)
    : { fields: request.body, files: [] };
  const parsed = parseBody(videoRequestSchema, given);
  if (!parsed.ok) return sendError(reply, renderRequestError(parsed.error));
  const { body, fields } = parsed;
  const named = modelsNamed(fields);
  if (named.length === 0) return sendError(reply, renderRequestError(MODEL_MISSING));
  const call = toVideoCall(body, fields, [...files, ...(await filesNamed(deps, request, fields))]);
  if (!('kind' in call)) return sendError(reply, renderRequestError(call));
  const { callback_url: callback } = fields;
  const background = {
    renderUnanswered: async ({ projectId, id }: { readonly projectId: string; readonly id: string }) =>
      renderVideo(await jobOf(deps, projectId, id), call),
    ...(callback != null && { webhookUrl: deps.webhooks.check(callback, 'callback_url') }),
  };
  return serveMedia(
    deps,
    offersOf,
    { call, named, fields, background, createRenderer: createVideoRenderer },
    request,
    reply,
  );
}

/** A file of the project's stands for a form's. */
async function filesNamed(
  { objects }: AppDependencies,
  request: FastifyRequest,
  fields: VideoRequestFields,
): Promise<readonly GivenFile[]> {
  const [id, param] = [fileNamed(fields), 'input_reference.file_id'];
  if (id === undefined) return [];
  const file = (await findNamed(objects, callerOf(request).projectId, [{ id, param }])).get(id);
  if (file === undefined) throw refused('file_not_found', '', { param });
  return [{ field: 'input_reference', ...file }];
}

interface Video {
  readonly job: JobRecord;
  readonly call: VideoCall<GivenMedia>;
}

/** The caller's own; one that was deleted, or is over, is as unknown as another project's. */
async function findVideo(deps: AppDependencies, request: FastifyRequest<Route>): Promise<Video> {
  const { id } = request.params;
  const job = isRequestId(id) ? await deps.jobs.find(callerOf(request).projectId, id) : undefined;
  const video = job && (await openVideo(deps, job));
  if (!video) throw refused('job_not_found', 'There is no video of this id, or it is not one of your project.');
  return video;
}

async function openVideo({ content }: AppDependencies, job: JobRecord): Promise<Video | undefined> {
  if (job.kind !== 'video') return undefined;
  const call = await content.read(job.id, 'kept');
  return call?.kind === 'video' ? { job, call } : undefined;
}

async function jobOf({ jobs }: AppDependencies, projectId: string, id: string): Promise<JobRecord> {
  const job = await jobs.find(projectId, id);
  if (job === undefined) throw refused('job_not_found');
  return job;
}

async function listVideos(deps: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const { after, limit, order } = readAskedQuery(videoPageSchema, request.query);
  const query = { kind: 'video', limit, order, ...(after !== undefined && { after }) };
  const { data, hasMore } = await deps.jobs.list(callerOf(request).projectId, query);
  const videos = await Promise.all(data.map((job) => openVideo(deps, job)));
  const shown = videos.flatMap((video) => (video ? [renderVideo(video.job, video.call) as Listed] : []));
  return renderObjects(shown, hasMore);
}

async function sendContent(
  deps: AppDependencies,
  request: FastifyRequest<Route>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { variant } = readAskedQuery(videoContentSchema, request.query);
  const { job } = await findVideo(deps, request);
  if (variant !== 'video') {
    const message = `There is no ${variant} of this video: its vendor makes none. Ask for 'variant=video'.`;
    throw refused('object_not_found', message, { param: 'variant' });
  }
  if (job.status === 'queued' || job.status === 'running') throw refused('job_unfinished');
  const object = await outputOf(deps, job);
  if (!object) throw refused('object_not_found');
  const { objects, settings } = deps;
  return sendObject({ objects, slowReaderMs: settings.timeouts.slowReaderMs }, object, request, reply);
}

/** What it has made, what it was asked for, and the way to both; one that is still made is stopped. */
async function deleteVideo(deps: AppDependencies, request: FastifyRequest<Route>): Promise<JsonObject> {
  const { job } = await findVideo(deps, request);
  const object = job.status === 'succeeded' ? await outputOf(deps, job) : undefined;
  if (job.completedAt === undefined) await stopRequest(deps, { id: job.id, isJob: true });
  if (object) await deps.objects.destroy(job.projectId, object.id);
  await deps.storedAnswers.destroy(job.projectId, job.id);
  return { id: job.id, object: 'video.deleted', deleted: true };
}
