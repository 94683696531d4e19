import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asText, isArray } from '../../json-fields.js';
import { toVectorsFrame } from '../../vectors-frame.js';

/** A whole answer of `POST /v2/embed`, whose vectors stand by their type; those of older models are a plain list. */
export function fromCohereEmbed(
  answer: Json,
  { inputs, vectorType = 'float' }: Pick<EmbeddingCall, 'inputs' | 'vectorType'>,
  counted?: UnitCounts,
): Frame {
  const body = asObject(answer) ?? {};
  const embeddings = body['embeddings'];
  const vectors = isArray(embeddings) ? embeddings : asObject(embeddings)?.[vectorType];
  const billed = asObject(asObject(body['meta'])?.['billed_units']);
  return toVectorsFrame({
    values: isArray(vectors) ? vectors : [],
    inputs: inputs.length,
    vectorType,
    id: asText(body['id']),
    units: toUnits(billed) ?? counted,
    raw: billed,
  });
}

/** Tokens of pictures are counted apart from those of texts, and pictures themselves where those are what is charged. */
function toUnits(billed: JsonObject | undefined): UnitCounts | undefined {
  if (billed === undefined) return undefined;
  const [input, image, images] = ['input_tokens', 'image_tokens', 'images'].map((name) => asCount(billed[name]));
  if (input === undefined && image === undefined && images === undefined) return undefined;
  return {
    ...(input !== undefined && { input }),
    ...(image !== undefined && image > 0 && { input_image: image }),
    ...(images !== undefined && images > 0 && { images }),
  };
}
