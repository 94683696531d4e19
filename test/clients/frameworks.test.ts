import { beforeAll, describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { clientModels } from './client-models.js';
import { clientToolCalls } from './client-tools.js';
import { clientMarkers, useClientWorld } from './client-world.js';
import {
  findNodeClients,
  howToGetNodeClients,
  nodeClientsAreRequired,
  resultOf,
  runNodeClient,
  type Seen,
} from './node-clients.js';

// The Vercel AI SDK, LangChain and LangGraph, unchanged, in each of the dialects that they speak.

const skipped = findNodeClients() === undefined && !nodeClientsAreRequired;
if (skipped) console.warn(howToGetNodeClients);

const dialects = ['chat', 'responses', 'messages'] as const;
const pairs = dialects.flatMap((dialect) => clientModels.map((served) => ({ dialect, ...served })));
const toolAnswer = 'The tools said: get_weather is fine; get_clock is fine';
const thing = { name: 'Zürich 水門', count: 7, tags: ['Zürich 水門'] };

describe.skipIf(skipped)('frameworks', () => {
  const world = useClientWorld();
  let seen: { readonly aiSdk: Seen; readonly langChain: Seen };

  beforeAll(async () => {
    const { origin, apiKey } = world.gateway;
    const models = clientModels.map(({ model }) => model);
    const setup = { origin, apiKey, models, dialects, markers: clientMarkers };
    const aiSdk = await runNodeClient('ai-sdk.mjs', setup);
    seen = { aiSdk, langChain: await runNodeClient('langchain.mjs', setup) };
  }, 300_000);

  describe.each(pairs)('the Vercel AI SDK in $dialect with a model of $vendor', ({ dialect, model }) => {
    const result = (name: string): unknown => resultOf(seen.aiSdk, `${dialect} ${model} ${name}`);

    it.each(['plain', 'streamed'])('gets an answer, %s', (name) => {
      const usage = { outputTokens: 8 };
      expect(result(name)).toMatchObject({ text: fakeAnswerText('Hello'), finishReason: 'stop', usage });
    });

    it.each(['tools', 'streamed tools'])('runs a loop of %s', (name) => {
      expect(result(name)).toEqual({ text: toolAnswer, calls: clientToolCalls });
    });

    it('parses an answer that must fit a schema', () => expect(result('parsed')).toEqual(thing));

    it('raises what the vendor refuses', () => expect(result('refused')).toMatchObject({ status: 400 }));

    it('tells a stream that breaks off from a whole one', () => {
      const { text, errors } = result('cut') as { readonly text: string; readonly errors: readonly string[] };
      expect(fakeAnswerText('Hello').startsWith(text)).toBe(true);
      expect(errors).toHaveLength(1);
    });
  });

  describe.each(pairs)('LangChain in $dialect with a model of $vendor', ({ dialect, model, vendor }) => {
    const result = (name: string): unknown => resultOf(seen.langChain, `${dialect} ${model} ${name}`);

    it.each(['plain', 'streamed'])('gets an answer, %s', (name) => {
      // Of a stream of Anthropic's own it adds the count at the start, a 1, to that at the end.
      const adds = name === 'streamed' && dialect === 'messages' && vendor === 'anthropic';
      expect(result(name)).toMatchObject({
        text: fakeAnswerText('Hello'),
        usage: { output_tokens: adds ? 9 : 8 },
      });
    });

    it('runs a LangGraph agent with tools', () => {
      expect(result('agent')).toEqual({ text: toolAnswer, calls: clientToolCalls });
    });

    it('streams a LangGraph agent', () => {
      expect(result('streamed agent')).toEqual({ text: expect.stringContaining(toolAnswer) as string });
    });

    it('parses an answer that must fit a schema', () => expect(result('parsed')).toEqual(thing));

    it('raises what the vendor refuses', () => expect(result('refused')).toMatchObject({ status: 400 }));
  });
});
