import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { ImageCall, MediaCall, ModerationCall, RerankCall } from '../../workflows/contracts/media-calls.js';
import { embeddingAttempt, exchange, mediaOffer, recordingsOf } from './media-exchange.js';
import { look, made } from './video-exchange.js';

// What vendors of vectors, rankings, judgements and videos really sent, or tests of others assert of them, through their adapters.

const folder = resolve(import.meta.dirname, '../../../shared/recordings');
const isThere = existsSync(folder);
if (!isThere) console.warn(`SKIPPED: no recordings of media in ${folder}`);

const read = (path: string): JsonObject => JSON.parse(readFileSync(resolve(folder, path), 'utf8')) as JsonObject;
const fixture = (path: string): JsonObject => read(`mapping/${path}`);
const text = (words: string) => ({ type: 'text', text: words }) as const;
const rank: RerankCall = {
  ...{ kind: 'rerank', stream: false, query: 'rainy day', documents: [text('one'), text('two')] },
  source: { dialect: 'cohere-rerank', body: {} },
};
const judge: ModerationCall = {
  ...{ kind: 'moderation', stream: false, inputs: [[text('Have a great day!')]] },
  source: { dialect: 'openai-moderations', body: {} },
};
const ask = (call: MediaCall, id: string, body: JsonObject) => exchange(call, mediaOffer(call.kind, id), { body });

describe.skipIf(!isThere)('recorded rankings', () => {
  it.each([
    ['cohere/rerank-v3.5', 'cohere/src/reranking/__fixtures__/cohere-reranking.1.json', { search_units: 1 }],
    ['voyage/rerank-2.5', 'voyage/src/reranking/__fixtures__/voyage-reranking.1.json', { input: 12 }],
  ])('of %s are in the vendor’s order, and are counted as it counts', async (id, path, units) => {
    const answer = fixture(path);
    const { events } = await ask(rank, id, answer);
    const listed = (answer['results'] ?? answer['data']) as readonly { index: number; relevance_score: number }[];
    expect(events.flatMap((event) => (event.type === 'ranking' ? [[event.index, event.score]] : []))).toEqual(
      listed.map(({ index, relevance_score: score }) => [index, score]),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'usage', usage: expect.objectContaining({ units }) }),
    );
  });
});

describe.skipIf(!isThere)('recorded vectors', () => {
  it.each([
    ['cohere/embed-v4.0', 'cohere/src/__fixtures__/cohere-embedding.json', 10, 0.03302002],
    ['voyage/voyage-3.5', 'voyage/src/__fixtures__/voyage-embedding.json', 12, 0.000344163],
    [
      'vertex/text-embedding-005',
      'google-vertex/src/__fixtures__/google-vertex-embedding.json',
      11,
      -0.017999587580561638,
    ],
  ])('of %s are two, with the tokens of both', async (id, path, input, first) => {
    const { call } = embeddingAttempt(id, 'sunny day at the beach', 'rainy day in the city');
    const { events } = await ask(call, id, fixture(path));
    const vectors = events.flatMap((event) => (event.type === 'embedding' ? [event] : []));
    expect(vectors).toHaveLength(2);
    expect(JSON.stringify(vectors[0])).toContain(String(first));
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'usage', usage: expect.objectContaining({ units: { input } }) }),
    );
  });
});

describe.skipIf(!isThere)('a recorded judgement', () => {
  it('of OpenAI is read', async () => {
    const [recording] = recordingsOf('openai.moderations').filter(({ url }) => url.endsWith('/v1/moderations'));
    const { events, failure } = await ask(judge, 'openai/omni-moderation-latest', recording!.answer);
    expect(failure).toBeUndefined();
    const judged = events.flatMap((event) => (event.type === 'moderation' ? [event] : []));
    expect(judged).toMatchObject([{ flagged: false, categories: { violence: false } }]);
  });
});

describe.skipIf(!isThere)('a recorded refusal', () => {
  it('of a picture by OpenAI is the caller’s, and names the field', async () => {
    const body = fixture('openai/src/image/__fixtures__/gpt-image-response-format-error.json');
    const call: ImageCall = {
      ...{ kind: 'image', stream: false, operation: 'generate', prompt: 'a sea', images: [], count: 1 },
      source: { dialect: 'openai-images', body: {} },
    };
    const { failure } = await exchange(call, mediaOffer('image', 'openai/gpt-image-1'), { status: 400, body });
    expect(failure?.failure).toMatchObject({ class: 'invalid_request', vendorCode: 'unknown_parameter' });
    expect(failure?.detail.param).toBe('response_format');
  });
});

describe.skipIf(!isThere)('shapes of videos that are asked about', () => {
  const shape = (vendor: string): JsonObject => {
    const written = JSON.stringify((read('supplement/video-shapes.json')[vendor] as JsonObject)['done']);
    // Addresses are left out there.
    return JSON.parse(written.replaceAll('"…"', '"https://vendor.example/v.mp4"')) as JsonObject;
  };
  const URL_OF = 'https://vendor.example/v.mp4';
  const TASK = { id: 't' };
  const KLING = { id: 't', path: '/v1/videos/text2video' };
  const QUEUED = 'https://queue.fal.run/minimax/h3/requests/r-1';
  const FAL = { id: 'r-1', status: `${QUEUED}/status`, response: QUEUED, cancel: `${QUEUED}/cancel` };

  it.each([
    ['kling/k', KLING, () => [shape('kling')], made(URL_OF, 5, 'reported')],
    ['minimax/MiniMax-H3', TASK, () => [shape('minimax')], made(URL_OF, 5, 'reported')],
    ['volcengine/seedance', TASK, () => [shape('bytedance-ark')], made(URL_OF, 5, 'counted')],
    ['fal/minimax/h3/text-to-video', FAL, () => [{ status: 'COMPLETED' }, shape('fal')], made(URL_OF, 5, 'reported')],
  ] as const)('at %s come to a video', async (id, job, answers, state) => {
    expect((await look(id, job, answers())).state).toMatchObject(state);
  });

  it('at Seedance as its page shows a task', async () => {
    const { seedance_task: task } = read('supplement/doubao.captures.json') as { readonly seedance_task: JsonObject };
    const { state } = await look('volcengine/seedance', TASK, [task]);
    expect(state).toMatchObject({ status: 'succeeded', usage: { units: { video_seconds: 5 }, source: 'reported' } });
  });
});
