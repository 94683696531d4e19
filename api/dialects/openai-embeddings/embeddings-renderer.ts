import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { inputTokensOf } from '../../../workflows/domain/price-list.js';
import type { AnswerRenderer } from '../../requests/answer-renderer.js';
import { asObject, asObjects } from '../shared/json-fields.js';
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
  const body = writtenIn(rendering.encoding, frames) ?? canonicalAnswer(frames, rendering);
  const tokens = inputTokensOf(summary.usage.units);
  return {
    ...body,
    usage: { prompt_tokens: tokens, total_tokens: tokens, ...asObject(body['usage']), ...costOf(summary) },
    ...warningsOf(frames),
  };
}

/** The vendor's own answer, where its vectors have the form that was asked for: some vendors know one form only. */
function writtenIn(encoding: EmbeddingsRendering['encoding'], frames: readonly Frame[]): JsonObject | undefined {
  const body = writtenAnswer(frames, 'openai-embeddings');
  const isAsked = asObjects(body?.['data']).every(
    ({ embedding }) => (typeof embedding === 'string') === (encoding === 'base64'),
  );
  return isAsked ? body : undefined;
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
