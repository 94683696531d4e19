import type { MediaSource } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { aspectRatioOf, resolutionOf } from '../../video-fields.js';

/** The body of `models/{model}:predictLongRunning`; `durationSeconds` is 4, 6 or 8. Only Vertex AI can be asked for silence. */
export function toVeo({ call }: MediaAttempt<VideoCall>, { soundIsAsked = false } = {}): JsonObject {
  if (call.withAudio === false && !soundIsAsked) {
    throw refuseCall('Veo makes sound with every video here.', 'generate_audio');
  }
  const { prompt, negativePrompt, firstFrame, lastFrame, references, seconds, seed } = call;
  const [aspectRatio, resolution] = [aspectRatioOf(call), resolutionOf(call)];
  return {
    instances: [
      {
        prompt,
        ...(firstFrame && { image: toImage(firstFrame) }),
        ...(lastFrame && { lastFrame: toImage(lastFrame) }),
        ...(references.length > 0 && {
          referenceImages: references.map((source) => ({ image: toImage(source), referenceType: 'asset' })),
        }),
      },
    ],
    parameters: {
      ...(negativePrompt !== undefined && { negativePrompt }),
      ...(aspectRatio !== undefined && { aspectRatio }),
      ...(resolution !== undefined && { resolution }),
      ...(seconds !== undefined && { durationSeconds: Math.ceil(seconds) }),
      ...(seed !== undefined && { seed }),
      ...(soundIsAsked && call.withAudio !== undefined && { generateAudio: call.withAudio }),
    },
  };
}

function toImage(source: MediaSource): JsonObject {
  if (source.type === 'base64') return { bytesBase64Encoded: source.data, mimeType: source.mediaType };
  throw refuseCall('Veo takes pictures as data only. Send it as a data URL or in a form.', 'input_reference');
}
