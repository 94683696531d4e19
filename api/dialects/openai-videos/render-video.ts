import type { GivenMedia } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { JobRecord } from '../../../workflows/contracts/jobs.js';
import type { VideoCall } from '../../../workflows/contracts/media-calls.js';
import { renderJobError } from '../../requests/render-job.js';
import { toCost } from '../shared/cost.js';
import { toSeconds } from '../../seconds.js';

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
export function renderVideo(job: JobRecord, call: VideoCall<GivenMedia>): JsonObject {
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

/** As the job tells it, in the same words. */
function errorOf(job: JobRecord): JsonObject | null {
  if (job.status === 'canceled') return { code: 'cancelled', message: 'The video was cancelled.' };
  return STATUSES[job.status] === 'failed' ? renderJobError(job) : null;
}
