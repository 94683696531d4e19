import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';
import { textsOf } from '../../embedding-inputs.js';
import type { GoogleEmbedding } from '../../google/embeddings/to-google-embed.js';
import { asCount, asObject, asObjects } from '../../json-fields.js';
import { toVectorsFrame } from '../../vectors-frame.js';

/** The body of `predict` for models of text (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api). */
export function toPredictBody({ inputs, truncate }: EmbeddingCall, { config }: GoogleEmbedding): JsonObject {
  const { taskType, outputDimensionality } = config;
  const parameters = {
    ...(outputDimensionality !== undefined && { outputDimensionality }),
    ...(truncate !== undefined && { autoTruncate: truncate !== 'none' }),
  };
  return {
    instances: textsOf(inputs).map((content) => ({
      content,
      ...(taskType !== undefined && { task_type: taskType }),
    })),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}

/** A whole answer, each of whose vectors comes with the tokens of its input. */
export function fromPredict(answer: Json, inputs: number): Frame {
  const embeddings = asObjects(asObject(answer)?.['predictions']).map(({ embeddings }) => asObject(embeddings) ?? {});
  const tokens = embeddings.map(({ statistics }) => asCount(asObject(statistics)?.['token_count']));
  const known = tokens.filter((count) => count !== undefined);
  const input = known.reduce((sum, count) => sum + count, 0);
  return toVectorsFrame({
    values: embeddings.map(({ values }) => values),
    inputs,
    ...(known.length === tokens.length && { units: { input } }),
  });
}
