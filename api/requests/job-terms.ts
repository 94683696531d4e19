import type { FastifyRequest } from 'fastify';
import type { JobTerms, NewJob } from '../../workflows/contracts/job-terms.js';
import { durationMs } from '../../workflows/domain/duration.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { actingLineOf } from '../http/acting-as.js';
import { refused } from '../http/refused-error.js';
import type { JobForm } from './execution.js';
import { preferenceOf } from './prefer.js';

const CANCEL_AFTER = 'cancel-after';
const PRIORITY = 'x-sluice-priority';
const WEBHOOK_URL = 'x-sluice-webhook-url';
const ONLY_OF_JOBS = [CANCEL_AFTER, PRIORITY, WEBHOOK_URL];

const MOST_DEADLINE_MS = 7 * 24 * 3_600_000;
const USUAL_PRIORITY = 3;
const LOWEST_PRIORITY = 5;

/** A request that is to run as a job, by what its headers say. */
export interface WantedJob {
  readonly terms: JobTerms;
  readonly form: JobForm;
  readonly stored: NewJob;
  /** How long its result is held at least, from its end on. */
  readonly holdMs: number;
}

/**
 * What a caller asks for by `Prefer: respond-async`, or by a dialect's own word for it (`background`); undefined where its
 * caller waits. @throws RefusalError `invalid_request`, `job_not_kept`.
 */
export async function wantedJob(
  deps: Pick<AppDependencies, 'jobs' | 'settings' | 'webhooks'>,
  request: FastifyRequest,
  background: boolean,
): Promise<WantedJob | undefined> {
  const preference = preferenceOf(request);
  if (!background && !preference.respondAsync) {
    const lone = ONLY_OF_JOBS.find((name) => request.headers[name] !== undefined);
    if (lone === undefined) return undefined;
    const message = `The header '${lone}' is of jobs. Send 'Prefer: respond-async' with it, or leave it out.`;
    throw refused('invalid_request', message, { param: lone });
  }
  if (callerOf(request).answerHoldMs === 0) throw refused('job_not_kept');
  const webhookUrl = webhookUrlOf(deps, request);
  const line = actingLineOf(request);
  return {
    form: background ? { type: 'background' } : { type: 'job', preference },
    terms: {
      deadlineAt: new Date(Date.now() + cancelAfterMs(request, deps.settings.jobs.deadlineMs)).toISOString(),
      priority: await priorityOf(deps, request),
      stepsInTask: true,
      ...(line && { outputsUntil: new Date(Date.now() + line.holdMs).toISOString() }),
      ...(line?.native && { native: true as const }),
    },
    stored: { ...(webhookUrl !== undefined && { webhookUrl }), ...(line && { batchId: line.batchId }) },
    holdMs: Math.max(deps.settings.jobs.resultHoldMs, line?.holdMs ?? 0),
  };
}

/** Replicate's header: `90s`, `5m`, `1h30m`, or seconds alone. */
function cancelAfterMs({ headers }: FastifyRequest, usualMs: number): number {
  const given = headers[CANCEL_AFTER];
  if (given === undefined) return usualMs;
  const ms = (typeof given === 'string' && durationMs(given)) || 0;
  if (ms > 0 && ms <= MOST_DEADLINE_MS) return ms;
  const message = "The header 'Cancel-After' must be a time from 1s to 168h, as in '90s', '5m' or '1h30m'.";
  throw refused('invalid_request', message, { param: 'Cancel-After' });
}

async function priorityOf({ jobs }: Pick<AppDependencies, 'jobs'>, request: FastifyRequest): Promise<number> {
  const given = request.headers[PRIORITY];
  if (given === undefined) return USUAL_PRIORITY;
  const { organizationId, projectId } = callerOf(request);
  const best = await jobs.bestPriority(organizationId, projectId);
  const priority = typeof given === 'string' && /^[1-5]$/.test(given) ? Number(given) : 0;
  if (priority >= best) return priority;
  const may = best === LOWEST_PRIORITY ? `${best}` : `a whole number from ${best} to ${LOWEST_PRIORITY}`;
  const message = `The header '${PRIORITY}' must be ${may} in this project; a smaller number goes first.`;
  throw refused('invalid_request', message, { param: PRIORITY });
}

/** By the rules of every address that webhooks go to; where its name leads is made sure of when it is called. */
function webhookUrlOf(
  { webhooks }: Pick<AppDependencies, 'webhooks'>,
  { headers }: FastifyRequest,
): string | undefined {
  const given = headers[WEBHOOK_URL];
  if (given === undefined) return undefined;
  return webhooks.check(typeof given === 'string' ? given : given.join(', '), WEBHOOK_URL);
}
