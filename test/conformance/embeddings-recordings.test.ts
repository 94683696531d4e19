import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../workflows/contracts/media-calls.js';
import {
  exchange,
  type Exchanged,
  mediaOffer,
  type MediaRecording,
  recordingsOf,
  withoutNulls,
} from './media-exchange.js';

// What vendors were really asked and answered, through the adapters: the same request goes out, and its vectors come back.

const present = existsSync(resolve(import.meta.dirname, '../../../shared/recordings/http'));
if (!present) console.warn('The recordings are absent: the adapters of embeddings are not held against them.');

const call = (texts: readonly unknown[], more: Partial<EmbeddingCall> = {}): EmbeddingCall => ({
  kind: 'embedding',
  source: { dialect: 'openai-embeddings', body: { input: texts as string[] } },
  stream: false,
  inputs: texts.map((text) => ({ type: 'text', text: String(text) })),
  ...more,
});
const vectors = ({ events }: Exchanged) =>
  events.flatMap((event) => (event.type === 'embedding' ? [event.values] : []));
const tokens = ({ events }: Exchanged) =>
  events.flatMap((event) => (event.type === 'usage' ? [event.usage.units] : []))[0];
const textsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const answered = ({ status, headers, answer }: MediaRecording) => ({ status, headers, body: answer });
const modelIn = (url: string, pattern: RegExp): string => decodeURIComponent(pattern.exec(url)?.[1] ?? '');

const PURPOSES: { readonly [word: string]: EmbeddingCall['purpose'] } = {
  search_query: 'query',
  search_document: 'document',
  query: 'query',
  document: 'document',
  classification: 'classification',
  clustering: 'clustering',
  RETRIEVAL_QUERY: 'query',
  RETRIEVAL_DOCUMENT: 'document',
};
const purposeOf = (word: unknown): Pick<EmbeddingCall, 'purpose'> => {
  const purpose = PURPOSES[String(word)];
  return purpose ? { purpose } : {};
};
const truncateOf = (word: unknown): Pick<EmbeddingCall, 'truncate'> =>
  typeof word === 'string' ? { truncate: word.toLowerCase() as 'start' | 'end' | 'none' } : {};

describe.skipIf(!present)('recorded embeddings', () => {
  it('of OpenAI: 5, one of them a refusal', async () => {
    const all = recordingsOf('openai.embeddings').filter(({ url }) => url.endsWith('/v1/embeddings'));
    expect(all).toHaveLength(5);
    for (const recording of all) {
      const { request, answer, file } = recording;
      const asked = call(textsIn(request['input']), {
        source: { dialect: 'openai-embeddings', body: request },
        ...(typeof request['dimensions'] === 'number' && { dimensions: request['dimensions'] }),
      });
      const got = await exchange(
        asked,
        mediaOffer('embedding', `openai/${String(request['model'])}`),
        answered(recording),
      );
      expect(got.url, file).toBe(recording.url);
      expect(got.sent, file).toEqual(request);
      if (recording.status !== 200) {
        expect(got.failure?.failure.class, file).toBe('model_not_found');
        continue;
      }
      expect(vectors(got), file).toHaveLength(textsIn(request['input']).length);
      expect(tokens(got), file).toEqual({ input: (answer['usage'] as JsonObject)['prompt_tokens'] });
      expect(got.frames.at(-1)?.wire?.body, file).toEqual(answer);
    }
  });

  it('of Voyage: 6, one of them a refusal', async () => {
    const all = recordingsOf('voyageai.embeddings');
    expect(all).toHaveLength(6);
    for (const recording of all) {
      const { request, answer, file } = recording;
      const body = { ...withoutNulls(request), input: request['input'] ?? null };
      const asked = call(textsIn(request['input']), {
        source: { dialect: 'openai-embeddings', body },
        ...purposeOf(request['input_type']),
      });
      const got = await exchange(
        asked,
        mediaOffer('embedding', `voyage/${String(request['model'])}`),
        answered(recording),
      );
      expect(got.url, file).toBe(recording.url);
      // Voyage knows no word for floats, so that the gateway never asks for base64 either.
      const { encoding_format: _, ...others } = body as JsonObject;
      expect(got.sent, file).toEqual(others);
      if (recording.status !== 200) {
        expect(got.failure?.failure.class, file).toBe('invalid_request');
        continue;
      }
      expect(
        vectors(got).every((vector) => vector.length === 1024),
        file,
      ).toBe(true);
      expect(tokens(got), file).toEqual({ input: (answer['usage'] as JsonObject)['total_tokens'] });
    }
  });

  it('of Cohere: 5, one of them a refusal', async () => {
    const all = recordingsOf('cohere.embeddings');
    expect(all).toHaveLength(5);
    for (const recording of all) {
      const { request, answer, file } = recording;
      const asked = call(textsIn(request['texts']), {
        ...purposeOf(request['input_type']),
        ...truncateOf(request['truncate']),
      });
      const got = await exchange(
        asked,
        mediaOffer('embedding', `cohere/${String(request['model'])}`),
        answered(recording),
      );
      expect(got.url, file).toBe(recording.url.replace('api.cohere.com', 'api.cohere.ai'));
      expect(got.sent, file).toEqual(withoutNulls(request));
      if (recording.status !== 200) {
        expect(got.failure?.failure.class, file).toBe('model_not_found');
        continue;
      }
      const billed = (answer['meta'] as JsonObject)['billed_units'] as JsonObject;
      expect(vectors(got), file).toEqual((answer['embeddings'] as JsonObject)['float']);
      expect(tokens(got), file).toEqual({ input: billed['input_tokens'] });
    }
  });

  it('of the Gemini API: 17, one of them a refusal, some without a count of tokens', async () => {
    const all = recordingsOf('gemini.embeddings').filter(({ url }) => url.endsWith(':batchEmbedContents'));
    expect(all).toHaveLength(17);
    let counted = 0;
    for (const recording of all) {
      const { request, answer, file, url } = recording;
      const requests = request['requests'] as readonly JsonObject[];
      const [first = {}] = requests;
      const texts = requests.map(
        ({ content }) => ((content as JsonObject)['parts'] as readonly JsonObject[])[0]?.['text'],
      );
      const asked = call(texts, {
        ...purposeOf(first['taskType']),
        ...(typeof first['outputDimensionality'] === 'number' && { dimensions: first['outputDimensionality'] }),
      });
      const got = await exchange(
        asked,
        mediaOffer('embedding', `google/${modelIn(url, /models\/([^:]+):/)}`),
        answered(recording),
      );
      expect(got.url, file).toBe(url);
      expect(got.sent, file).toEqual(request);
      if (recording.status !== 200) {
        expect(got.failure?.failure.class, file).toBe('model_not_found');
        continue;
      }
      const embeddings = answer['embeddings'] as readonly JsonObject[];
      expect(vectors(got), file).toEqual(embeddings.map(({ values }) => values));
      const usage = answer['usageMetadata'] as JsonObject | undefined;
      expect(tokens(got), file).toEqual(usage && { input: usage['promptTokenCount'] });
      if (usage) counted += 1;
    }
    expect(counted).toBe(11);
  });

  it('of Vertex AI: 2, by predict and by embedContent', async () => {
    const all = recordingsOf('vertex.embeddings');
    expect(all).toHaveLength(2);
    for (const recording of all) {
      const { request, file, url } = recording;
      const [instance] = (request['instances'] ?? []) as readonly JsonObject[];
      const parts = ((request['content'] as JsonObject | undefined)?.['parts'] ?? []) as readonly JsonObject[];
      const asked = call([instance?.['content'] ?? parts[0]?.['text']], purposeOf(instance?.['task_type']));
      const got = await exchange(
        asked,
        mediaOffer('embedding', `vertex/${modelIn(url, /models\/([^:]+):/)}`),
        answered(recording),
      );
      expect(got.url, file).toBe(url.replace('/v1beta1/projects/pydantic-ai/', '/v1/projects/p/'));
      expect(got.sent, file).toEqual(request);
      expect(vectors(got)[0], file).toHaveLength(3072);
      expect(tokens(got), file).toEqual({ input: instance ? 4 : 11 });
    }
  });

  it('of Bedrock: 29 of Titan, Nova and Cohere, each with its count of tokens', async () => {
    const all = recordingsOf('bedrock.embeddings');
    expect(all).toHaveLength(29);
    for (const recording of all) {
      const { request, answer, file, url, headers } = recording;
      const nova = request['singleEmbeddingParams'] as JsonObject | undefined;
      const text = nova?.['text'] as JsonObject | undefined;
      const purpose = { GENERIC_RETRIEVAL: 'query', GENERIC_INDEX: 'document' } as const;
      const dimensions = request['dimensions'] ?? request['output_dimension'] ?? nova?.['embeddingDimension'];
      const novaPurpose = purpose[String(nova?.['embeddingPurpose']) as keyof typeof purpose];
      const asked = call(textsIn(request['texts'] ?? request['inputText'] ?? text?.['value']), {
        ...purposeOf(request['input_type']),
        ...(novaPurpose && { purpose: novaPurpose }),
        ...truncateOf(request['truncate'] ?? text?.['truncationMode']),
        ...(typeof dimensions === 'number' && { dimensions }),
      });
      const offer = mediaOffer('embedding', `bedrock/${modelIn(url, /model\/([^/]+)\//)}`);
      const got = await exchange(asked, offer, answered(recording));
      expect(got.url, file).toBe(url);
      expect(got.sent, file).toEqual(asSent(request));
      expect(tokens(got), file).toEqual({
        input: answer['inputTextTokenCount'] ?? Number(headers['x-amzn-bedrock-input-token-count']),
      });
      expect(vectors(got).length, file).toBe(asked.inputs.length);
      expect(
        vectors(got).every((vector) => vector.length >= 256),
        file,
      ).toBe(true);
    }
  });
});

/** What the gateway has no word for, and one purpose that is a closer name of one that it has. */
function asSent(request: JsonObject): JsonObject {
  const { normalize: _, max_tokens: _max, ...fields } = request;
  const nova = fields['singleEmbeddingParams'] as JsonObject | undefined;
  if (nova?.['embeddingPurpose'] !== 'TEXT_RETRIEVAL') return fields;
  return { ...fields, singleEmbeddingParams: { ...nova, embeddingPurpose: 'GENERIC_INDEX' } };
}
