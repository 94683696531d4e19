import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asNumber, asObject, asText } from '../../json-fields.js';
import { madeVideo, taskFailed } from '../../made-video.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import type { MiniMaxVideo } from './to-minimax-video.js';

/** `GET /v2/query/video_generation/{id}`: `task`, paid by its `usage.output_seconds`. */
export function fromMiniMaxVideo(answer: JsonObject, asked: MiniMaxVideo): VendorJobState {
  const task = asObject(answer['task']) ?? {};
  const { status } = task;
  switch (status) {
    case 'succeeded': {
      const told = asNumber(asObject(task['usage'])?.['output_seconds']) ?? asNumber(task['duration']);
      return madeVideo({
        ...asked,
        url: asText(asObject(task['content'])?.['url']),
        seconds: told ?? asked.seconds,
        isTold: told !== undefined,
        resolution: asText(task['resolution'])?.toLowerCase() ?? asked.resolution,
        ...(asked.images > 0 && { units: { images: asked.images } }),
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
