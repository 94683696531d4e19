import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { JobEvent, JobRecord } from '../../workflows/contracts/jobs.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { renderFailure, renderRefusal } from '../dialects/shared/render-openai-error.js';
import { toUsd } from '../usd.js';
import { toSeconds, whenOf } from '../seconds.js';

/** What `GET /v1/jobs/{id}` shows: how a job stands and what it cost, without a word of its content. Times are seconds since 1970. */
export function renderJob(job: JobRecord): JsonObject {
  const { attempt, chargedNanoUsd: charged, heldNanoUsd: held } = job;
  const hasEnded = job.completedAt !== undefined;
  return {
    id: job.id,
    object: 'job',
    status: job.status,
    version: job.version,
    kind: job.kind,
    model: job.models[0] ?? null,
    models: job.models,
    stream: job.stream,
    priority: job.priority,
    created_at: toSeconds(job.createdAt),
    started_at: whenOf(job.startedAt),
    completed_at: whenOf(job.completedAt),
    deadline: toSeconds(job.deadlineAt),
    cancel_requested_at: whenOf(job.cancelRequestedAt),
    result_expires_at: whenOf(job.answerExpiresAt),
    progress: { step: job.step, percent: hasEnded ? 100 : (job.progress ?? null), attempt: attempt?.number ?? null },
    vendor: attempt?.vendor ?? null,
    offer: attempt?.offerId ?? null,
    // Content that was made before the job was stopped or failed: it is in the result, and charged.
    partial: attempt?.status === 'partial',
    error: renderJobError(job),
    usage: hasEnded && attempt?.usage ? { units: attempt.usage.units, source: attempt.usage.source } : null,
    cost_usd: hasEnded ? toUsd(charged ?? '0') : null,
    held_usd: !hasEnded && held !== undefined ? toUsd(held) : null,
    metadata: job.metadata,
    batch_id: job.batchId ?? null,
    urls: urlsOf(job.id),
  };
}

/** Why there is no whole result, as the result itself tells it, without the vendor's own words: those are content. */
export function renderJobError({ status, failureClass, refusalCode }: JobRecord): JsonObject | null {
  if (status === 'expired') return { code: 'expired', message: 'The deadline passed before the job had ended.' };
  if (refusalCode !== undefined) return told(renderRefusal({ code: refusalCode, message: '' }).body);
  // The column is written from this closed list.
  if (failureClass === undefined) return null;
  return told(renderFailure({ class: failureClass as FailureClass }, { message: '' }).body);
}

function told({ error }: JsonObject): JsonObject {
  const { code = null, message = null } = error as JsonObject;
  return { code, message };
}

/** Paths, because the gateway need not know by which name it is reached. */
function urlsOf(id: string): JsonObject {
  const get = `/v1/jobs/${id}`;
  return { get, events: `${get}/events`, cancel: `${get}/cancel`, result: `${get}/result` };
}

/** One event of `GET /v1/jobs/{id}/events`. */
export function renderJobEvent(jobId: string, { number, type, at, data }: JobEvent): JsonObject {
  const { charged_nano_usd: charged, held_nano_usd: held, ...rest } = data;
  return {
    type,
    job: jobId,
    version: number,
    created_at: toSeconds(at),
    ...rest,
    ...(typeof charged === 'string' && { cost_usd: toUsd(charged) }),
    ...(typeof held === 'string' && { held_usd: toUsd(held) }),
  };
}
