import { beforeAll, describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { clientModels } from './client-models.js';
import { clientTools } from './client-tools.js';
import { clientMarkers, useClientWorld } from './client-world.js';
import { resultOf, type Seen } from './node-clients.js';
import { findPythonWith, howToGetPython, pythonEnvironments, runPythonClient } from './python-clients.js';
import { pythonIsRequired } from './python-interpreter.js';

// The Responses half of OpenAI's own Python client, unchanged, with models of either vendor.

const python = findPythonWith(pythonEnvironments.clients);
const skipped = python === undefined && !pythonIsRequired;
if (skipped) console.warn(howToGetPython(pythonEnvironments.clients));

describe.skipIf(skipped)("Responses of OpenAI's Python client", () => {
  const world = useClientWorld();
  let seen: Seen;

  beforeAll(async () => {
    const { origin, apiKey } = world.gateway;
    const models = clientModels.map(({ model }) => model);
    const setup = { origin, apiKey, models, tools: clientTools, markers: clientMarkers };
    seen = await runPythonClient(python ?? 'python3', 'openai_responses.py', setup);
  }, 240_000);

  describe.each(clientModels)('with a model of $vendor', ({ model }) => {
    const result = (name: string): unknown => resultOf(seen, `${model} ${name}`);

    it('come whole, with their usage and cost', () => {
      const usage = { output_tokens: 8, cost: expect.any(Number) as number };
      expect(result('plain')).toMatchObject({ text: fakeAnswerText('Hello'), status: 'completed', usage });
    });

    it('come as a stream, which the client puts together', () => {
      const text = fakeAnswerText('Hello');
      const usage = { output_tokens: 8 };
      expect(result('streamed')).toMatchObject({ text, final: text, last: 'response.completed', usage });
    });

    it('run a loop of tools', () => {
      const text = 'The tools said: get_weather is fine; get_clock is fine';
      expect(result('tools')).toEqual({ calls: ['get_weather', 'get_clock'], text });
    });

    it('are parsed where they must fit a schema', () => {
      expect(result('parsed')).toEqual({ name: 'Zürich 水門', count: 7, tags: ['Zürich 水門'] });
    });

    it('fail where a stream breaks off, after what had come', () => {
      const { text, end } = result('broken stream') as { readonly text: string; readonly end: string };
      expect(end).toBe('response.failed');
      expect(text.length).toBeGreaterThan(0);
      expect(fakeAnswerText('Hello').startsWith(text)).toBe(true);
    });

    it('raise the class of error that fits', () => {
      expect(result('errors')).toMatchObject({
        unknownModel: { class: 'NotFoundError', status: 404, requestId: expect.stringMatching(/\S{8,}/) as string },
        vendorLimits: { class: 'RateLimitError', status: 429 },
        orphan: { class: 'BadRequestError', status: 400 },
      });
    });
  });
});
