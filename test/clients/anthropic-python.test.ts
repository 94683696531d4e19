import { beforeAll, describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { clientModels } from './client-models.js';
import { clientToolCalls } from './client-tools.js';
import { clientMarkers, useClientWorld } from './client-world.js';
import { resultOf, type Seen } from './node-clients.js';
import { findPythonWith, howToGetPython, pythonEnvironments, runPythonClient } from './python-clients.js';
import { pythonIsRequired } from './python-interpreter.js';

// Anthropic's own Python client, unchanged, with models of either vendor behind the Messages API.

const python = findPythonWith(pythonEnvironments.clients);
const skipped = python === undefined && !pythonIsRequired;
if (skipped) console.warn(howToGetPython(pythonEnvironments.clients));

describe.skipIf(skipped)("Anthropic's Python client", () => {
  const world = useClientWorld();
  let seen: Seen;

  beforeAll(async () => {
    const { origin, apiKey } = world.gateway;
    const models = clientModels.map(({ model }) => model);
    const setup = { origin, apiKey, models, markers: clientMarkers };
    seen = await runPythonClient(python ?? 'python3', 'anthropic_client.py', setup);
  }, 240_000);

  describe.each(clientModels)('with a model of $vendor', ({ model }) => {
    const result = (name: string): unknown => resultOf(seen, `${model} ${name}`);

    it('gets a plain answer and its usage', () => {
      const usage = { output_tokens: 8 };
      expect(result('plain')).toMatchObject({ text: fakeAnswerText('Hello'), stop_reason: 'end_turn', usage });
    });

    it('gets the same answer as a stream', () => {
      const text = fakeAnswerText('Hello');
      expect(result('streamed')).toMatchObject({ text, final: text, usage: { output_tokens: 8 } });
    });

    it('runs a loop of tools', () => {
      const text = 'The tools said: get_weather is fine; get_clock is fine';
      expect(result('tools')).toEqual({ calls: clientToolCalls, text });
    });

    it('parses an answer that must fit a schema', () => {
      expect(result('parsed')).toEqual({ name: 'Zürich 水門', count: 7, tags: ['Zürich 水門'] });
    });

    it('raises the class of error that fits', () => {
      expect(result('errors')).toMatchObject({
        unknownModel: { class: 'NotFoundError', status: 404, requestId: expect.stringMatching(/\S{8,}/) as string },
        vendorLimits: { class: 'RateLimitError', status: 429 },
      });
    });
  });
});
