import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { heldBackByVeo, operationFailed, USUAL_VEO_SECONDS } from '../../google/video/from-veo.js';
import type { VendorJobState, VendorOutput } from '../../vendor-jobs.js';
import { resolutionOf } from '../../video-fields.js';

/** The operation: `response.videos`, each in base64; those that the filters kept are counted. */
export function fromVertexVideo(operation: JsonObject, call: VideoCall): VendorJobState {
  if (operation['done'] !== true) return { status: 'running' };
  const failed = operationFailed(operation);
  if (failed) return failed;
  const response = asObject(operation['response']);
  const [seconds, resolution] = [call.seconds ?? USUAL_VEO_SECONDS, resolutionOf(call)];
  const outputs = asObjects(response?.['videos']).flatMap((video): readonly VendorOutput[] => {
    const data = asText(video['bytesBase64Encoded']);
    if (data === undefined) return [];
    const mediaType = asText(video['mimeType']) ?? 'video/mp4';
    return [{ type: 'base64', data, mediaType, seconds, ...(resolution !== undefined && { resolution }) }];
  });
  if (outputs.length === 0) return heldBackByVeo(response);
  const units = { video_seconds: Math.ceil(seconds) * outputs.length };
  return { status: 'succeeded', outputs, usage: { units, source: 'counted' } };
}
