import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { costOf, createMediaRenderer, eventsOf, warningsOf } from '../shared/media-renderer.js';

/** What a video's job has brought: where each of its outputs is, for `GET /v1/jobs/{id}/result`. */
export function createVideoRenderer({ requestId }: { readonly requestId: string }): AnswerRenderer {
  return createMediaRenderer((frames, summary) => renderOutputs(requestId, frames, summary));
}

function renderOutputs(id: string, frames: readonly Frame[], summary: AnswerSummary): JsonObject {
  return {
    id,
    object: 'video.result',
    data: eventsOf(frames, 'video').map(({ index, source, mediaType, seconds, resolution }) => ({
      index,
      object_id: source.type === 'file-id' ? source.id : null,
      media_type: mediaType ?? null,
      seconds: seconds ?? null,
      resolution: resolution ?? null,
    })),
    usage: costOf(summary),
    ...warningsOf(frames),
  };
}
