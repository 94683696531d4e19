import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asNumber, asObject, asText } from '../../json-fields.js';
import { madeVideo } from '../../made-video.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import type { FalVideo } from './to-fal-video.js';

/** What a request has come to: one `video`, with its length where the model tells it. */
export function fromFalVideo(result: JsonObject, asked: FalVideo): VendorJobState {
  const video = asObject(result['video']);
  const told = asNumber(video?.['duration']);
  return madeVideo({
    ...asked,
    url: asText(video?.['url']),
    seconds: told ?? asked.seconds,
    isTold: told !== undefined,
  });
}
