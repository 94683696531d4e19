import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { costOf, createMediaRenderer, eventsOf, warningsOf, writtenAnswer } from '../shared/media-renderer.js';

export interface ModerationsRendering {
  readonly requestId: string;
  /** The first model that was asked for. */
  readonly model: string;
}

/** `CreateModerationResponse` of OpenAI's specification, with `usage.cost` in USD. */
export function createModerationsRenderer(rendering: ModerationsRendering): AnswerRenderer {
  return createMediaRenderer((frames, summary) => renderModerations(frames, summary, rendering));
}

function renderModerations(
  frames: readonly Frame[],
  summary: AnswerSummary,
  { requestId, model }: ModerationsRendering,
): JsonObject {
  const [start] = eventsOf(frames, 'start');
  const body = writtenAnswer(frames, 'openai-moderations') ?? {
    id: start?.vendorId ?? `modr-${requestId}`,
    model: start?.vendorModel ?? model,
    results: eventsOf(frames, 'moderation').map(({ flagged, categories, scores, inputTypes }) => ({
      flagged,
      categories,
      category_scores: scores,
      ...(inputTypes && {
        category_applied_input_types: Object.fromEntries(
          Object.entries(inputTypes).map(([category, types]) => [category, [...types]]),
        ),
      }),
    })),
  };
  return { ...body, usage: costOf(summary), ...warningsOf(frames) };
}
