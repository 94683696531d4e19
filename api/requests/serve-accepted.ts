import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { AppDependencies } from '../dependencies.js';
import { isCheckOnly } from '../http/acting-as.js';
import type { CallerConnection } from '../http/caller-connection.js';
import { refused } from '../http/refused-error.js';
import type { AnswerRenderer } from './answer-renderer.js';
import { executeRequest } from './execute-request.js';
import type { AcceptedCall, AcceptedJob, Execution } from './execution.js';
import { followRequest } from './follow-request.js';
import { appliedPreference, type Preference } from './prefer.js';
import { renderJob } from './render-job.js';
import { sendAnswer, type SendOptions } from './send-answer.js';
import { submitJob } from './submit-job.js';

/** How a dialect answers a call that it has accepted. */
export interface AnswerForm {
  readonly createRenderer: (execution: Pick<Execution, 'requestId' | 'stored'>) => AnswerRenderer;
  readonly options: SendOptions;
  /** The object of a request that goes on in the background, as it is now; of dialects that have such requests. */
  readonly renderUnanswered?: (record: RequestRecord) => Promise<JsonObject>;
}

/**
 * Runs a call and answers it in its dialect; or, where its caller comes back for the answer, stores it as a job and says
 * where that is. The one way for every dialect's POST.
 */
export async function serveAccepted(
  deps: AppDependencies,
  accepted: AcceptedCall,
  connection: CallerConnection,
  reply: FastifyReply,
  form: AnswerForm,
): Promise<FastifyReply> {
  if (isCheckOnly(reply.request)) return reply.code(204).send();
  if (accepted.job) return serveJob(deps, accepted, accepted.job, connection, reply, form);
  return send(deps, await executeRequest(deps, accepted), connection, reply, form);
}

async function serveJob(
  deps: AppDependencies,
  accepted: AcceptedCall,
  { form: asked, stored }: AcceptedJob,
  connection: CallerConnection,
  reply: FastifyReply,
  form: AnswerForm,
): Promise<FastifyReply> {
  const { record, headers } = await submitJob(deps, accepted, stored);
  reply.headers({ ...headers, 'x-request-id': record.id });
  // The key came before without a wish for a job: this one gets the same answer, in the same way.
  if (record.isJob !== true) return send(deps, await followRequest(deps, record), connection, reply, form);
  if (asked.type === 'background') {
    if (!form.options.stream && form.renderUnanswered) return reply.send(await form.renderUnanswered(record));
    return send(deps, await followRequest(deps, record), connection, reply, form);
  }
  reply.header('preference-applied', appliedPreference(asked.preference));
  if (await endsInTime(deps, record.id, asked.preference, connection)) {
    return send(deps, await followRequest(deps, record), connection, reply, form);
  }
  const job = await deps.jobs.find(record.projectId, record.id);
  if (job === undefined) throw refused('job_not_found');
  return reply.code(202).header('location', `/v1/jobs/${job.id}`).send(renderJob(job));
}

async function send(
  deps: AppDependencies,
  execution: Execution,
  connection: CallerConnection,
  reply: FastifyReply,
  { createRenderer, options }: AnswerForm,
): Promise<FastifyReply> {
  await sendAnswer(deps, execution, connection, reply, createRenderer(execution), options);
  return reply;
}

async function endsInTime(
  { jobs }: Pick<AppDependencies, 'jobs'>,
  jobId: string,
  { waitSeconds }: Preference,
  connection: CallerConnection,
): Promise<boolean> {
  if (waitSeconds === 0) return false;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), waitSeconds * 1_000);
  connection.onGone(() => over.abort());
  try {
    // They end with the job's end, or with the signal.
    for await (const _ of jobs.follow(jobId, 0, over.signal));
    return !over.signal.aborted;
  } finally {
    clearTimeout(timer);
  }
}
