import { beforeAll, describe, expect, it } from 'vitest';
import { useWorld } from '../gateway/world.js';
import {
  findNodeClients,
  howToGetNodeClients,
  nodeClientsAreRequired,
  resultOf,
  runNodeClient,
  type Seen,
} from './node-clients.js';

// Cohere's own client ranks documents by both versions of its API.

const isReady = findNodeClients() !== undefined;
if (!isReady && !nodeClientsAreRequired) console.warn(howToGetNodeClients);

const DOCUMENTS = ['Berlin is in Germany.', 'Paris is the capital of France.', 'A pear is a fruit.'];

describe.skipIf(!isReady && !nodeClientsAreRequired)('Cohere’s client for Node', () => {
  const world = useWorld();
  let seen: Seen;
  beforeAll(async () => {
    seen = await runNodeClient('cohere-ai.mjs', {
      origin: new URL(world.gateway.baseUrl).origin,
      apiKey: world.gateway.apiKey,
      ...{ model: 'sandbox/rerank', query: 'the capital of France', documents: DOCUMENTS },
    });
  }, 120_000);

  it('gets the best first from version 2', () => {
    const best = { index: 1, relevanceScore: expect.any(Number) as number };
    expect(resultOf(seen, 'v2')).toMatchObject({
      results: [best, {}],
      meta: { apiVersion: { version: '2' } },
    });
  });

  it('gets documents from version 1', () => {
    expect(resultOf(seen, 'v1')).toMatchObject({ results: [{ index: 1, document: { text: DOCUMENTS[1] } }, {}, {}] });
  });

  it('is refused with an error that it knows', () => {
    expect(resultOf(seen, 'refused')).toEqual({
      ...{ isCohereError: true, statusCode: 404 },
      message: expect.stringContaining('does not exist') as string,
    });
  });
});
