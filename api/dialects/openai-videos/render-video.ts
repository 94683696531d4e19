import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { JobRecord } from '../../../workflows/contracts/jobs.js';
import type { VideoCall } from '../../../workflows/contracts/media-calls.js';
import { toCost } from '../shared/cost.js';

/** OpenAI's words (VideoStatus); its `failed` is also what was canceled, and what took too long. */
const STATUSES: { readonly [S in JobRecord['status']]: string } = {
  queued: 'queued',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  canceled: 'failed',
  expired: 'failed',
};

/** `Video` of OpenAI's specification, with the job's cost in USD once it has ended. */
export function renderVideo(job: JobRecord, call: VideoCall): JsonObject {
  const { seconds, size } = call;
  const [model = null] = job.models;
  return {
    id: job.id,
    object: 'video',
    model: job.attempt?.offerId ?? model,
    status: STATUSES[job.status],
    progress: job.status === 'succeeded' ? 100 : (job.progress ?? 0),
    created_at: toSeconds(job.createdAt),
    completed_at: job.completedAt === undefined ? null : toSeconds(job.completedAt),
    expires_at: job.answerExpiresAt === undefined ? null : toSeconds(job.answerExpiresAt),
    prompt: call.prompt,
    seconds: seconds === undefined ? null : String(seconds),
    size: size ?? null,
    remixed_from_video_id: null,
    error: errorOf(job),
    ...(job.chargedNanoUsd !== undefined && { usage: { cost: toCost(job.chargedNanoUsd) } }),
  };
}

function errorOf({ status, failureClass, refusalCode }: JobRecord): JsonObject | null {
  if (status === 'canceled') return { code: 'cancelled', message: 'The video was cancelled.' };
  if (status === 'expired') return { code: 'expired', message: 'The video was not made before its deadline.' };
  if (status !== 'failed') return null;
  const code = refusalCode ?? failureClass ?? 'failed';
  return { code, message: `The video was not made (${code}). GET /v1/jobs/{id}/result tells the whole reason.` };
}

function toSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}
