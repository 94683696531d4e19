import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asNumber, asObject, asText } from '../../json-fields.js';
import { madeVideo, taskFailed } from '../../made-video.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import type { Seedance } from './to-seedance.js';

/** `GET /contents/generations/tasks/{id}`. Its own bill is by tokens; the price list has what a second comes to. */
export function fromSeedance(task: JsonObject, asked: Seedance): VendorJobState {
  const { status } = task;
  switch (status) {
    case 'succeeded': {
      const told = asNumber(task['duration']);
      return madeVideo({
        ...asked,
        url: asText(asObject(task['content'])?.['video_url']),
        seconds: told ?? asked.seconds,
        isTold: told !== undefined,
        resolution: asText(task['resolution']) ?? asked.resolution,
      });
    }
    case 'failed':
    case 'cancelled':
    case 'expired':
      return taskFailed(status, task);
    default:
      return { status: 'running' };
  }
}
