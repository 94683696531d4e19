import type { FailureClass } from '../../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { madeVideo, videoFailed } from '../../made-video.js';
import { ProviderFailure } from '../../port.js';
import type { VendorJobState } from '../../vendor-jobs.js';
import type { KlingVideo } from './to-kling-video.js';

/** By the hundreds of the code, and by codes that say more (https://app.klingai.com/global/dev/document-api, "Error code"). */
const CLASSES: { readonly [code: string]: FailureClass | undefined } = {
  ...{ 10: 'auth', 11: 'quota_exhausted', 12: 'invalid_request', 13: 'content_policy', 50: 'vendor_error' },
  ...{ 1302: 'rate_limited', 1303: 'rate_limited', 1304: 'permission', 1103: 'permission', 5001: 'overloaded' },
};

/** The `data` of an answer; a code other than 0 is a refusal, whatever the status. Throws a `ProviderFailure`. */
export function klingData(answer: JsonObject): JsonObject {
  const { code } = answer;
  if (code === 0 || typeof code !== 'number') return asObject(answer['data']) ?? {};
  const failureClass = CLASSES[code] ?? CLASSES[Math.floor(code / 100)] ?? 'vendor_error';
  const message = asText(answer['message']) ?? 'The vendor refused the video.';
  throw new ProviderFailure({ class: failureClass, vendorCode: String(code) }, { message });
}

/** `GET /v1/videos/{kind}/{task_id}`: the word is `succeed`, and the length a text. */
export function fromKlingVideo(answer: JsonObject, asked: KlingVideo): VendorJobState {
  const data = klingData(answer);
  switch (data['task_status']) {
    case 'succeed': {
      const [video] = asObjects(asObject(data['task_result'])?.['videos']);
      const told = Number.parseFloat(asText(video?.['duration']) ?? '');
      const isTold = Number.isFinite(told);
      return madeVideo({ ...asked, url: asText(video?.['url']), seconds: isTold ? told : asked.seconds, isTold });
    }
    case 'failed':
      return videoFailed(undefined, data['task_status_msg']);
    default:
      return { status: 'running' };
  }
}
