import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { CapturedRequest } from '../../captured-exchange.js';
import type { GsUri } from '../../google-storage.js';
import { asObject } from '../../json-fields.js';
import { type BatchedLine, ProviderFailure } from '../../port.js';

/** Where a line of Gemini's says whose it is: its answer comes with the request that it answers. */
export const LINE_LABEL = 'sluice_line';

/** The model as jobs name it, which is what their lines have in common. Throws `model_not_found` for what goes in none. */
export function toJobModel({ url, headers }: CapturedRequest): string {
  const [model] =
    /publishers\/(google|anthropic)\/models\/[^/:]+(?=:(generateContent|embedContent|rawPredict)$)/.exec(url) ?? [];
  // A job has no headers.
  if (model === undefined || headers['anthropic-beta'] !== undefined) {
    const message = 'This request cannot be put in a batch of Vertex AI.';
    throw new ProviderFailure({ class: 'model_not_found' }, { message });
  }
  return decodeURIComponent(model);
}

/** `BatchPredictionJob`. */
export function toPredictionJob(key: string, model: string, input: GsUri): JsonObject {
  return {
    ...{ displayName: toDisplayName(key), model },
    inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [input] } },
    outputConfig: {
      predictionsFormat: 'jsonl',
      gcsDestination: { outputUriPrefix: `${folderOf(input)}output` },
    },
  };
}

/** The name that a job is found by. */
export function toDisplayName(key: string): string {
  return `sluice-${key}`;
}

/**
 * A line of the input. Claude's have a name
 * (https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/batch), and embeddings' a key
 * (https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/embeddings/batch-prediction-genai-embeddings); Gemini's are the request
 * alone (https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-from-cloud-storage), which has labels.
 */
export function toInputLine({ customId, body }: BatchedLine, model: string): JsonObject {
  if (model.startsWith('publishers/anthropic/')) {
    const { stream: _, ...request } = body;
    return { custom_id: customId, request };
  }
  if (body['content'] !== undefined) return { key: customId, request: toEmbedRequest(body) };
  return { request: { ...body, labels: { ...asObject(body['labels']), [LINE_LABEL]: customId } } };
}

/** Of one content, where that of a conversation has several; spelled as the guide spells it. */
function toEmbedRequest({ embedContentConfig, ...body }: JsonObject): JsonObject {
  const config = asObject(embedContentConfig);
  if (config === undefined) return body;
  const spelled = Object.entries(config).map(([name, value]) => [name.replace(/[A-Z]/g, toSnakeCase), value] as const);
  return { ...body, embed_content_config: Object.fromEntries(spelled) };
}

function toSnakeCase(capital: string): string {
  return `_${capital.toLowerCase()}`;
}

export function inputOf(bucket: GsUri, key: string): GsUri {
  return `${bucket}/${key}/input.jsonl`;
}

/** Where all of a batch is, up to and with the last slash. */
export function folderOf(input: string): GsUri {
  return input.slice(0, input.lastIndexOf('/') + 1) as GsUri;
}
