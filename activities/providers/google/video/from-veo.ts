import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asObjects, asText, isArray } from '../../json-fields.js';
import { videoFailed } from '../../made-video.js';
import type { VendorJobState, VendorOutput } from '../../vendor-jobs.js';
import { resolutionOf } from '../../video-fields.js';

/** What Veo makes unasked. */
export const USUAL_VEO_SECONDS = 8;

/** The operation (google.longrunning): `done` with a `response` or an `error`. Its length is as it was asked for: nothing tells it. */
export function fromVeo(
  operation: JsonObject,
  call: VideoCall,
  headers: Readonly<Record<string, string>>,
): VendorJobState {
  if (operation['done'] !== true) return { status: 'running' };
  const failed = operationFailed(operation);
  if (failed) return failed;
  const response = asObject(asObject(operation['response'])?.['generateVideoResponse']);
  const samples = asObjects(response?.['generatedSamples']);
  const urls = samples.flatMap(({ video }) => asText(asObject(video)?.['uri']) ?? []);
  if (urls.length === 0) return heldBackByVeo(response);
  const [seconds, resolution] = [call.seconds ?? USUAL_VEO_SECONDS, resolutionOf(call)];
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

/** Why an operation is over without a response (google.rpc.Status), by the name of its code where it is one of the caller's doing. */
export function operationFailed(operation: JsonObject): VendorJobState | undefined {
  const error = asObject(operation['error']);
  return error && videoFailed(typeof error['code'] === 'number' ? GRPC[error['code']] : undefined, error['message']);
}

/** google.rpc.Code, as far as it says whose fault it is. */
const GRPC: { readonly [code: number]: string | undefined } = { 3: 'invalid_request_error', 8: 'overloaded' };

/** What Google's filters keep is told by a count and reasons, under a success. */
export function heldBackByVeo(response: JsonObject | undefined): VendorJobState {
  const reasons = response?.['raiMediaFilteredReasons'];
  if (!isArray(reasons) && response?.['raiMediaFilteredCount'] === undefined) {
    throw badResponse('The vendor says that a video is done, and not where it is.');
  }
  const message = (isArray(reasons) ? asText(reasons[0]) : undefined) ?? 'The video was held back.';
  return { status: 'failed', failure: { class: 'content_policy' }, detail: { message } };
}
