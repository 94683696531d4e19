import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asText, isArray } from '../../json-fields.js';
import { madeVideo, videoFailed } from '../../made-video.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import type { ReplicateVideo } from './to-replicate-video.js';

/** `GET /v1/predictions/{id}`; nothing in it tells how long the video is. */
export function fromReplicateVideo(prediction: JsonObject, asked: ReplicateVideo): VendorJobState {
  const { status, output } = prediction;
  switch (status) {
    case 'succeeded':
      return madeVideo({ ...asked, url: asText(isArray(output) ? output[0] : output), isTold: false });
    case 'failed':
    case 'canceled':
    case 'aborted':
      return videoFailed(status === 'failed' ? undefined : status, prediction['error']);
    default:
      return { status: 'running' };
  }
}
