import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import type { Warning } from '../../../../workflows/contracts/warning.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import { resolutionOf } from '../../video-fields.js';

const USUAL_SECONDS = 8;
const NO_SEED: Warning = {
  ...{ type: 'ignored', feature: 'seed' },
  detail: 'The vendor has no such setting for this model.',
};

/** `GET /v1/videos/{request_id}`: `pending`, `done`, `failed` or `expired`; older answers say `done` by the video alone. */
export function fromXaiVideo(body: JsonObject, call: VideoCall): VendorJobState {
  const video = asObject(body['video']);
  const status = asText(body['status']) ?? (video ? 'done' : 'pending');
  if (status === 'failed' || status === 'expired') {
    const message = asText(asObject(body['error'])?.['message']) ?? `The video is ${status}.`;
    return { status: 'failed', failure: { class: 'vendor_error', vendorCode: status }, detail: { message } };
  }
  if (status !== 'done') {
    const progress = body['progress'];
    return { status: 'running', ...(typeof progress === 'number' && { progress: Math.floor(progress) }) };
  }
  if (video?.['respect_moderation'] === false) {
    const message = 'The video was held back by the vendor’s moderation.';
    return { status: 'failed', failure: { class: 'content_policy' }, detail: { message } };
  }
  const url = asText(video?.['url']);
  if (url === undefined) throw badResponse('The vendor says that a video is done, and not where it is.');
  const told = video?.['duration'];
  const seconds = typeof told === 'number' ? told : (call.seconds ?? USUAL_SECONDS);
  const resolution = resolutionOf(call);
  return {
    status: 'succeeded',
    outputs: [{ type: 'url', url, mediaType: 'video/mp4', seconds, ...(resolution !== undefined && { resolution }) }],
    usage: {
      units: { video_seconds: Math.ceil(seconds), ...imagesGiven(call) },
      source: typeof told === 'number' ? 'reported' : 'counted',
    },
    ...(call.seed !== undefined && { warnings: [NO_SEED] }),
  };
}

/** Pictures that are given cost as well, each. */
function imagesGiven({ firstFrame, references }: VideoCall): { readonly images?: number } {
  const images = references.length + (firstFrame ? 1 : 0);
  return images > 0 ? { images } : {};
}
