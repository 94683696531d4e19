import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { badResponse } from '../../json-answer.js';
import type { VendorJobState, VendorOutput } from '../../vendor-jobs.js';
import { resolutionOf, textOf } from '../../video-fields.js';

const USUAL_SECONDS = 8;

/** The operation (google.longrunning): `done` with a `response` or an `error`. Its length is as it was asked for: nothing tells it. */
export function fromVeo(
  operation: JsonObject,
  call: VideoCall,
  headers: Readonly<Record<string, string>>,
): VendorJobState {
  if (operation['done'] !== true) return { status: 'running' };
  const error = fieldsOf(operation['error']);
  if (error) {
    const message = textOf(error['message']) ?? 'The vendor failed to make the video.';
    return { status: 'failed', failure: { class: 'vendor_error' }, detail: { message } };
  }
  const response = fieldsOf(fieldsOf(operation['response'])?.['generateVideoResponse']);
  const samples = response?.['generatedSamples'];
  const urls = (Array.isArray(samples) ? samples : []).flatMap(
    (sample: Json) => textOf(fieldsOf(fieldsOf(sample)?.['video'])?.['uri']) ?? [],
  );
  if (urls.length === 0) return heldBack(response);
  const [seconds, resolution] = [call.seconds ?? USUAL_SECONDS, resolutionOf(call)];
  const outputs = urls.map((url): VendorOutput => ({
    ...{ type: 'url', url, headers, mediaType: 'video/mp4', seconds },
    ...(resolution !== undefined && { resolution }),
  }));
  return {
    status: 'succeeded',
    outputs,
    usage: { units: { video_seconds: Math.ceil(seconds) * urls.length }, source: 'counted' },
  };
}

/** What Google's filters keep is told by a count and reasons, under a success. */
function heldBack(response: JsonObject | undefined): VendorJobState {
  const reasons = response?.['raiMediaFilteredReasons'];
  if (!Array.isArray(reasons) && response?.['raiMediaFilteredCount'] === undefined) {
    throw badResponse('The vendor says that a video is done, and not where it is.');
  }
  const message = (Array.isArray(reasons) ? textOf(reasons[0] as Json) : undefined) ?? 'The video was held back.';
  return { status: 'failed', failure: { class: 'content_policy' }, detail: { message } };
}

function fieldsOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
