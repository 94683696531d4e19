import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject } from '../chat/json-fields.js';

/** A whole answer (`CreateEmbeddingResponse`) of which as many vectors were asked for. Throws `bad_response`. */
export function fromOpenAiEmbeddings(answer: Json, inputs: number): Frame {
  const body = asObject(answer);
  const data = body?.['data'];
  if (body === undefined || !Array.isArray(data)) throw badResponse('The vendor sent no list of embeddings.');
  const vectors = data.map((item: Json, place) => toEvent(asObject(item), place));
  if (vectors.length !== inputs) {
    throw badResponse(`The vendor sent ${vectors.length} embeddings for ${inputs} inputs.`);
  }
  const model = body['model'];
  return {
    events: [
      { type: 'start', ...(typeof model === 'string' && { vendorModel: model }) },
      ...vectors,
      ...toUsage(asObject(body['usage'])),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
    wire: { dialect: 'openai-embeddings', streamed: false, body },
  };
}

function toEvent(item: JsonObject | undefined, place: number): AnswerEvent {
  const { index, embedding } = item ?? {};
  const values = typeof embedding === 'string' ? fromBase64(embedding) : embedding;
  if (!Array.isArray(values)) throw badResponse('The vendor sent an embedding without its numbers.');
  return { type: 'embedding', index: typeof index === 'number' ? index : place, values: values as readonly number[] };
}

/** Little-endian 32-bit floats. */
function fromBase64(text: string): readonly number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}

function toUsage(usage: JsonObject | undefined): readonly AnswerEvent[] {
  const tokens = usage?.['prompt_tokens'] ?? usage?.['total_tokens'];
  if (typeof tokens !== 'number') return [];
  return [{ type: 'usage', usage: { units: { input: tokens }, source: 'reported', ...(usage && { raw: usage }) } }];
}
