import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import type { Warning } from '../../workflows/contracts/warning.js';
import { jobFailed } from './job-failed.js';
import { badResponse } from './json-answer.js';
import { asObject } from './json-fields.js';
import type { VendorJobState } from './vendor-jobs.js';

/** One video as a vendor tells of it. */
export interface MadeVideo {
  /** Where it is; without one the vendor contradicts itself. */
  readonly url: string | undefined;
  readonly seconds: number;
  /** Whether the vendor told the seconds, or they are those that were asked for. */
  readonly isTold: boolean;
  readonly resolution?: string | undefined;
  /** Charged besides the seconds. */
  readonly units?: UnitCounts;
  readonly warnings: readonly Warning[];
}

/** A job that is done, paid by its seconds. @throws ProviderFailure, `bad_response` where there is no video. */
export function madeVideo({ url, seconds, isTold, resolution, units, warnings }: MadeVideo): VendorJobState {
  if (url === undefined) throw badResponse('The vendor says that a video is done, and not where it is.');
  return {
    status: 'succeeded',
    outputs: [{ type: 'url', url, mediaType: 'video/mp4', seconds, ...(resolution !== undefined && { resolution }) }],
    usage: { units: { video_seconds: Math.ceil(seconds), ...units }, source: isTold ? 'reported' : 'counted' },
    ...(warnings.length > 0 && { warnings }),
  };
}

/** A job that is over without a video, by the vendor's code and words for it. */
export function videoFailed(code: Json | undefined, message: Json | undefined): VendorJobState {
  return jobFailed(code, message, 'The vendor failed to make the video.');
}

/** The same of a task that has ended by this status and tells of it in `error`; where that has no code, an end that is no failure stands for it. */
export function taskFailed(status: string, task: JsonObject): VendorJobState {
  const error = asObject(task['error']);
  return videoFailed(error?.['code'] ?? (status === 'failed' ? undefined : status), error?.['message']);
}
