import type { Frame } from '../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { inputTokensOf } from '../../../workflows/domain/price-list.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { asObject } from '../shared/json-fields.js';
import { costOf, createMediaRenderer, eventsOf, warningsOf, writtenAnswer } from '../shared/media-renderer.js';
import { toCohereError } from './cohere-error.js';

export interface RerankRendering {
  readonly requestId: string;
  /** The first model that was asked for. */
  readonly model: string;
  /** As the caller gave them, to give back beside their scores; absent where it wants the scores alone. */
  readonly documents?: readonly Json[];
  /** Whether errors are told as Cohere does. */
  readonly toCohere: boolean;
}

/**
 * One answer for the callers of all three: Cohere's (`id`, `results`, `meta`), Jina's and OpenRouter's (`model`, `usage`,
 * documents), with `usage.cost` in USD.
 */
export function createRerankRenderer(rendering: RerankRendering): AnswerRenderer {
  const renderer = createMediaRenderer((frames, summary) => renderRanking(frames, summary, rendering));
  return rendering.toCohere ? { ...renderer, error: (event) => toCohereError(renderer.error(event)) } : renderer;
}

function renderRanking(
  frames: readonly Frame[],
  summary: AnswerSummary,
  { requestId, model, documents }: RerankRendering,
): JsonObject {
  const written = writtenAnswer(frames, 'cohere-rerank') ?? {};
  const [start] = eventsOf(frames, 'start');
  const { units } = summary.usage;
  const tokens = inputTokensOf(units);
  const searchUnits = units.search_units;
  const billed = {
    ...(searchUnits !== undefined && { search_units: searchUnits }),
    ...(searchUnits === undefined && { input_tokens: tokens }),
  };
  const meta = asObject(written['meta']);
  return {
    ...written,
    id: start?.vendorId ?? requestId,
    object: 'list',
    model: start?.vendorModel ?? model,
    provider: summary.vendor,
    results: eventsOf(frames, 'ranking').map(({ index, score }) => ({
      index,
      relevance_score: score,
      ...(documents && { document: toDocument(documents[index] ?? '') }),
    })),
    meta: { api_version: { version: '2' }, ...meta, billed_units: asObject(meta?.['billed_units']) ?? billed },
    usage: {
      ...(searchUnits !== undefined && { search_units: searchUnits }),
      ...(tokens > 0 && { prompt_tokens: tokens, total_tokens: tokens }),
      ...costOf(summary),
    },
    ...warningsOf(frames),
  };
}

function toDocument(given: Json): JsonObject {
  return typeof given === 'string' ? { text: given } : (asObject(given) ?? {});
}
