import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asCount, asObject, asText, isArray } from '../../json-fields.js';
import { toVectorsFrame } from '../../vectors-frame.js';
import type { EmbeddingsProfile } from './profiles.js';

/** A whole answer (`CreateEmbeddingResponse`) of which as many vectors were asked for. Throws `bad_response`. */
export function fromOpenAiEmbeddings(answer: Json, inputs: number, { encoding }: EmbeddingsProfile = {}): Frame {
  const body = asObject(answer);
  const data = body?.['data'];
  if (body === undefined || !isArray(data)) throw badResponse('The vendor sent no list of embeddings.');
  const read = encoding === 'base64_int8' ? fromSignedBytes : fromFloats;
  const usage = asObject(body['usage']);
  const tokens = tokensOf(usage);
  const frame = toVectorsFrame({
    values: inOrder(data).map((item) => {
      const embedding = item['embedding'];
      return typeof embedding === 'string' ? read(Buffer.from(embedding, 'base64')) : embedding;
    }),
    inputs,
    ...(encoding === 'base64_int8' && { vectorType: 'int8' }),
    model: asText(body['model']),
    ...(tokens !== undefined && { units: { input: tokens }, raw: usage }),
  });
  // Bytes in place of floats are no embeddings of OpenAI's dialect.
  return encoding === 'base64_int8' ? frame : { ...frame, wire: { dialect: 'openai-embeddings', streamed: false, body } };
}

/** By the index that each has, where they have one. */
function inOrder(data: readonly Json[]): readonly JsonObject[] {
  const items = data.map((item) => asObject(item) ?? {});
  const placeOf = ({ index }: JsonObject, place: number): number => asCount(index) ?? place;
  return items
    .map((item, place) => [placeOf(item, place), item] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, item]) => item);
}

/** Little-endian 32-bit floats. */
function fromFloats(bytes: Buffer): Json {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}

function fromSignedBytes(bytes: Buffer): Json {
  return [...new Int8Array(bytes)];
}

/** Voyage reports 0 tokens of what it has in a cache, as recorded: it charges nothing then. */
function tokensOf(usage: JsonObject | undefined): number | undefined {
  return asCount(usage?.['prompt_tokens']) ?? asCount(usage?.['total_tokens']);
}
