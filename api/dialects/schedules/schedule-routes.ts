import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Schedule, ScheduleChange } from '../../../workflows/contracts/schedules.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import type { InferenceHooks } from '../../http/inference-hooks.js';
import { readAsked, readAskedQuery } from '../../http/read-asked.js';
import { refused } from '../../http/refused-error.js';
import { renderObjects } from '../shared/render-objects.js';
import { checkPost } from './check-post.js';
import { nextRunsOf, renderPost, renderRun, renderSchedule } from './render-schedule.js';
import { scheduleChangeSchema, schedulePageSchema, scheduleSchema } from './schedule.schema.js';

interface Route {
  Params: { readonly id: string };
}

/** A schedule is read at each of its runs, and shown whole: less than a single request may bring. */
export const SCHEDULE_BYTES_MAX = 4 * 1024 ** 2;

const SCHEDULE_ID = /^sched_[0-9a-f]{24}$/;

/** `/v1/schedules`: POSTs that are made again and again, each time as a job. */
export function registerScheduleRoutes(
  app: FastifyInstance,
  deps: AppDependencies,
  [authenticate]: InferenceHooks,
): void {
  const { schedules } = deps;
  const options = { config: { kind: 'requests', scope: 'requests' }, onRequest: authenticate } as const;
  app.post('/v1/schedules', { ...options, bodyLimit: SCHEDULE_BYTES_MAX }, (request) => create(app, deps, request));
  app.get('/v1/schedules', options, (request) => list(deps, request));
  app.get<Route>('/v1/schedules/:id', options, async (request) => {
    const schedule = await find(deps, request);
    const post = await schedules.post(schedule.projectId, schedule.id);
    if (!post) throw refused('schedule_not_found');
    return { ...(await render(deps, schedule)), ...renderPost(post) };
  });
  app.patch<Route>('/v1/schedules/:id', options, async (request) => {
    const before = await find(deps, request);
    const change = toChange(request.body);
    if ('startAt' in change || 'endAt' in change) checkBounds({ ...before, ...withoutNull(change) });
    return render(deps, await schedules.modify(before.projectId, before.id, change));
  });
  app.delete<Route>('/v1/schedules/:id', options, async (request) => {
    const { projectId, id } = await find(deps, request);
    if (!(await schedules.remove(projectId, id))) throw refused('schedule_not_found');
    return { id, object: 'schedule', deleted: true };
  });
  app.post<Route>('/v1/schedules/:id/trigger', options, async (request, reply) => {
    const { projectId, id } = await find(deps, request);
    return reply.code(202).send(renderRun(await schedules.trigger(projectId, id)));
  });
  app.get<Route>('/v1/schedules/:id/runs', options, async (request) => {
    const query = pageOf(request);
    const { data, hasMore } = await schedules.runs((await find(deps, request)).id, query);
    return renderObjects(data.map(renderRun), hasMore);
  });
}

async function create(app: FastifyInstance, deps: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const asked = readAsked(scheduleSchema, request.body);
  checkPath(app, asked.path);
  const bounds = { startAt: asked.start_at ?? undefined, endAt: asked.end_at ?? undefined };
  checkRhythm(asked);
  checkBounds(bounds);
  const { keyId, organizationId, projectId } = callerOf(request);
  const as = { keyId, organizationId, projectId };
  const post = { path: asked.path, headers: asked.headers, body: JSON.stringify(asked.body) };
  await checkPost(deps.submissions, as, post);
  const { cron, every: everyMs, timezone, jitter: jitterMs, catch_up: catchUpMs, overlap, remaining } = asked;
  const metadata = asked.metadata ?? {};
  const made = await deps.schedules.create({
    ...{ as, post, timezone, jitterMs, catchUpMs, overlap, metadata, paused: asked.paused },
    ...(cron !== undefined && { cron }),
    ...(everyMs !== undefined && { everyMs }),
    ...(bounds.startAt !== undefined && { startAt: bounds.startAt }),
    ...(bounds.endAt !== undefined && { endAt: bounds.endAt }),
    ...(remaining != null && { remaining }),
  });
  return { ...(await render(deps, made)), ...renderPost(post) };
}

/** Only what runs as a job when it is asked to. */
function checkPath(app: FastifyInstance, path: string): void {
  const isInference = app.routeTable.routes.some(
    ({ kind, method, url }) => kind === 'inference' && method === 'POST' && url === path,
  );
  if (isInference) return;
  const message = "Invalid 'path': a schedule posts to an endpoint for inference, as in '/v1/chat/completions'.";
  throw refused('invalid_request', message, { param: 'path' });
}

function checkRhythm({
  cron,
  every,
}: {
  readonly cron?: string | undefined;
  readonly every?: number | undefined;
}): void {
  if ((cron === undefined) !== (every === undefined)) return;
  const which = cron === undefined ? 'Neither is here' : 'Both are here';
  throw refused('invalid_request', `A schedule runs by 'cron' or by 'every'. ${which}: send one of the two.`, {
    param: 'cron',
  });
}

function checkBounds({
  startAt,
  endAt,
}: {
  readonly startAt?: string | undefined;
  readonly endAt?: string | undefined;
}): void {
  if (endAt === undefined || (endAt > new Date().toISOString() && endAt > (startAt ?? ''))) return;
  const message = "Invalid 'end_at': it must be in the future, and later than 'start_at'.";
  throw refused('invalid_request', message, { param: 'end_at' });
}

function toChange(body: unknown): ScheduleChange {
  const asked = readAsked(scheduleChangeSchema, body);
  if (asked.cron !== undefined && asked.every !== undefined) checkRhythm(asked);
  const {
    cron,
    every: everyMs,
    timezone,
    start_at: startAt,
    end_at: endAt,
    jitter: jitterMs,
    catch_up: catchUpMs,
  } = asked;
  const { overlap, remaining, paused } = asked;
  // Null is no label, as where a schedule is made.
  const metadata = asked.metadata === null ? {} : asked.metadata;
  const given = {
    ...{ cron, everyMs, timezone, startAt, endAt, jitterMs, catchUpMs, overlap, remaining, paused, metadata },
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function withoutNull({ startAt, endAt }: ScheduleChange): {
  readonly startAt?: string | undefined;
  readonly endAt?: string | undefined;
} {
  return {
    ...(startAt !== undefined && { startAt: startAt ?? undefined }),
    ...(endAt !== undefined && { endAt: endAt ?? undefined }),
  };
}

async function list(deps: AppDependencies, request: FastifyRequest): Promise<JsonObject> {
  const { data, hasMore } = await deps.schedules.list(callerOf(request).projectId, pageOf(request));
  return renderObjects(await Promise.all(data.map((schedule) => render(deps, schedule))), hasMore);
}

function pageOf(request: FastifyRequest) {
  const { after, before, limit, order } = readAskedQuery(schedulePageSchema, request.query);
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }), limit, order };
}

async function render({ schedules }: AppDependencies, schedule: Schedule) {
  return renderSchedule(schedule, await nextRunsOf(schedules, schedule));
}

/** The project's own: another's is as unknown as none. */
async function find({ schedules }: AppDependencies, request: FastifyRequest<Route>): Promise<Schedule> {
  const { id } = request.params;
  const schedule = SCHEDULE_ID.test(id) ? await schedules.find(callerOf(request).projectId, id) : undefined;
  if (!schedule) throw refused('schedule_not_found');
  return schedule;
}
