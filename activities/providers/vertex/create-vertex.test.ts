import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { testAttempt } from '../google/chat/test-attempt.js';
import type { VendorHttp, VendorRequest } from '../http.js';
import { fixedToken } from '../token-http.js';
import { createVertex } from './create-vertex.js';
import { publisherOf } from './endpoints.js';
import type { VertexPlace } from './endpoints.js';

const GLOBAL: VertexPlace = { project: 'my-project', location: 'global' };

/** What would be sent, and where; nothing is. */
function noting(place: VertexPlace) {
  const requests: VendorRequest[] = [];
  const http: VendorHttp = {
    postJson: (request) => {
      requests.push(request);
      return Promise.reject(new Error('not sent'));
    },
    getJson: () => Promise.reject(new Error('not sent')),
    close: () => Promise.resolve(),
  };
  return { vertex: createVertex({ ...place, tokens: fixedToken('ya29.token'), http }), requests };
}

async function send(model: string, { stream = false, place = GLOBAL } = {}) {
  const { vertex, requests } = noting(place);
  const frames = vertex.chat(testAttempt({ stream }, model))[Symbol.asyncIterator]();
  await expect(frames.next()).rejects.toThrow('not sent');
  const [request] = requests;
  return {
    url: request?.url.replace('https://aiplatform.googleapis.com/v1/projects/my-project/locations/global/', ''),
    authorization: request?.headers['authorization'],
    body: JSON.parse(request?.body ?? '{}') as JsonObject,
  };
}

describe('a model on Vertex AI', () => {
  it.each([
    ['gemini-2.5-flash', false, 'publishers/google/models/gemini-2.5-flash:generateContent'],
    ['gemini-2.5-flash', true, 'publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse'],
    ['claude-opus-5', false, 'publishers/anthropic/models/claude-opus-5:rawPredict'],
    ['claude-3-sonnet@20240229', true, 'publishers/anthropic/models/claude-3-sonnet@20240229:streamRawPredict'],
    ['mistral-large@2411-001', true, 'publishers/mistralai/models/mistral-large@2411-001:streamRawPredict'],
    ['mistralai/codestral-2', false, 'publishers/mistralai/models/codestral-2:rawPredict'],
    ['meta/llama-4-maverick-17b-128e-instruct-maas', false, 'endpoints/openapi/chat/completions'],
    ['google/gemma-4-26b-a4b-it-maas', true, 'endpoints/openapi/chat/completions'],
  ])('is asked at its own address: %s, streamed: %s', async (model, stream, url) => {
    const sent = await send(model, { stream });
    expect([sent.url, sent.authorization]).toEqual([url, 'Bearer ya29.token']);
  });

  it.each([
    [{ ...GLOBAL, location: 'europe-west4' }, 'https://europe-west4-aiplatform.googleapis.com/v1/'],
    [{ ...GLOBAL, baseUrl: 'http://127.0.0.1:1/vertex/' }, 'http://127.0.0.1:1/vertex/v1/'],
    [{ ...GLOBAL, baseUrl: 'https://proxy.example.com/v1' }, 'https://proxy.example.com/v1/'],
  ])('is where its location is: %j', async (place, root) => {
    const { url } = await send('gemini-2.5-flash', { place });
    expect(url).toBe(
      `${root}projects/my-project/locations/${place.location}/publishers/google/models/gemini-2.5-flash:generateContent`,
    );
  });

  it('takes Claude’s body with its version, and without what the address says', async () => {
    const { body } = await send('claude-opus-5', { stream: true });
    expect(body).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: true, max_tokens: 8000 });
    expect(body).not.toHaveProperty('model');
  });

  it('takes Mistral’s body with the model’s name, without its version', async () => {
    const { body } = await send('mistral-large@2411-001');
    expect(body).toMatchObject({ model: 'mistral-large', max_tokens: 8000 });
  });

  it('takes an open model’s body with its publisher', async () => {
    const { body } = await send('zai-org/glm-5.2-maas', { stream: true });
    expect(body).toMatchObject({ model: 'zai-org/glm-5.2-maas', stream_options: { include_usage: true } });
  });

  it('is asked to count where it is one of Google’s own', async () => {
    const { vertex, requests } = noting(GLOBAL);
    const { call, offer, signal } = testAttempt({}, 'claude-opus-5');
    expect(await vertex.countTokens?.({ call, offer, signal })).toBeUndefined();
    const gemini = testAttempt({}, 'gemini-2.5-flash');
    await expect(vertex.countTokens?.(gemini)).rejects.toThrow('not sent');
    expect(requests.map(({ url }) => url.split('/').at(-1))).toEqual(['gemini-2.5-flash:countTokens']);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] });
  });

  it('is known by its name', () => {
    const names = ['gemini-4-argon', 'claude-fable-5', 'codestral@2405', 'openai/gpt-oss-120b-maas', 'xai/grok-4.7'];
    expect(names.map(publisherOf)).toEqual(['google', 'anthropic', 'mistralai', 'others', 'others']);
  });
});
