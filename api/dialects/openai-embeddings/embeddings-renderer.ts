import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { inputTokensOf } from '../../../workflows/domain/price-list.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { asObject } from '../shared/json-fields.js';
import { costOf, createMediaRenderer, eventsOf, warningsOf, writtenAnswer } from '../shared/media-renderer.js';

export interface EmbeddingsRendering {
  /** The first model that was asked for. */
  readonly model: string;
  readonly encoding: 'float' | 'base64';
}

/** `CreateEmbeddingResponse` of OpenAI's specification, with `usage.cost` in USD. */
export function createEmbeddingsRenderer(rendering: EmbeddingsRendering): AnswerRenderer {
  return createMediaRenderer((frames, summary) => renderEmbeddings(frames, summary, rendering));
}

function renderEmbeddings(
  frames: readonly Frame[],
  summary: AnswerSummary,
  rendering: EmbeddingsRendering,
): JsonObject {
  const body = writtenAnswer(frames, 'openai-embeddings') ?? canonicalAnswer(frames, rendering);
  const tokens = inputTokensOf(summary.usage.units);
  return {
    ...body,
    usage: { prompt_tokens: tokens, total_tokens: tokens, ...asObject(body['usage']), ...costOf(summary) },
    ...warningsOf(frames),
  };
}

function canonicalAnswer(frames: readonly Frame[], { model, encoding }: EmbeddingsRendering): JsonObject {
  const [start] = eventsOf(frames, 'start');
  return {
    object: 'list',
    data: eventsOf(frames, 'embedding').map(({ index, values }) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? toBase64(values) : values,
    })),
    model: start?.vendorModel ?? model,
  };
}

/** Little-endian 32-bit floats, as OpenAI's own clients ask for and read. */
function toBase64(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
