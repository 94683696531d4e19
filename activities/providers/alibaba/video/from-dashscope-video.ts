import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asNumber, asObject, asText } from '../../json-fields.js';
import { madeVideo, videoFailed } from '../../made-video.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import type { DashscopeVideo } from './to-dashscope-video.js';

/** `GET /api/v1/tasks/{id}`, paid by its `usage.output_video_duration`; a task is forgotten after a day (`UNKNOWN`). */
export function fromDashscopeVideo(answer: JsonObject, asked: DashscopeVideo): VendorJobState {
  const output = asObject(answer['output']) ?? {};
  switch (output['task_status']) {
    case 'SUCCEEDED': {
      const usage = asObject(answer['usage']);
      const told = asNumber(usage?.['output_video_duration']) ?? asNumber(usage?.['duration']);
      return madeVideo({
        ...asked,
        url: asText(output['video_url']),
        seconds: told ?? asked.seconds,
        isTold: told !== undefined,
      });
    }
    case 'PENDING':
    case 'RUNNING':
    case 'SUSPENDED':
      return { status: 'running' };
    default:
      return videoFailed(output['code'], output['message']);
  }
}
