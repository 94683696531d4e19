import { beforeAll, describe, expect, it } from 'vitest';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { clientModels } from './client-models.js';
import { clientToolCalls } from './client-tools.js';
import { clientMarkers, useClientWorld } from './client-world.js';
import { resultOf, type Seen } from './node-clients.js';
import { findPythonWith, howToGetPython, pythonEnvironments, runPythonClient } from './python-clients.js';
import { pythonIsRequired } from './python-interpreter.js';

// LangChain, LangGraph and LlamaIndex for Python, unchanged, in each of the dialects that they speak.

const { clients, llamaIndex } = pythonEnvironments;
const pythons = { clients: findPythonWith(clients), llamaIndex: findPythonWith(llamaIndex) };
const missing = Object.values(pythons).some((python) => python === undefined);
const skipped = missing && !pythonIsRequired;
if (skipped) console.warn([clients, llamaIndex].map(howToGetPython).join('\n'));

const pairsOf = (dialects: readonly string[]) =>
  dialects.flatMap((dialect) => clientModels.map((served) => ({ dialect, ...served })));
const langChainDialects = ['chat', 'responses', 'messages'];
/** In Messages it knows Anthropic's own model names only, without the vendor's; its client of OpenAI's knows OpenAI's only. */
const llamaIndexPairs = [...pairsOf(['chat']), { dialect: 'messages', vendor: 'anthropic', model: 'claude-haiku-4-5' }];
const toolAnswer = 'The tools said: get_weather is fine; get_clock is fine';
const thing = { name: 'Zürich 水門', count: 7, tags: ['Zürich 水門'] };

describe.skipIf(skipped)('frameworks for Python', () => {
  const world = useClientWorld();
  let langChain: Seen;
  let llama: Seen;

  beforeAll(async () => {
    const { origin, apiKey } = world.gateway;
    const setup = { origin, apiKey, models: clientModels.map(({ model }) => model), markers: clientMarkers };
    const { clients: python = 'python3', llamaIndex: other = 'python3' } = pythons;
    langChain = await runPythonClient(python, 'lang_chain.py', { ...setup, dialects: langChainDialects });
    llama = await runPythonClient(other, 'llama_index_client.py', {
      ...setup,
      pairs: llamaIndexPairs.map(({ dialect, model }) => [dialect, model]),
    });
  }, 300_000);

  describe.each(pairsOf(langChainDialects))('LangChain in $dialect with a model of $vendor', ({ dialect, model }) => {
    const result = (name: string): unknown => resultOf(langChain, `${dialect} ${model} ${name}`);

    it.each(['plain', 'streamed'])('gets an answer, %s', (name) => {
      expect(result(name)).toMatchObject({ text: fakeAnswerText('Hello'), usage: { output_tokens: 8 } });
    });

    it('runs an agent with tools', () => {
      expect(result('agent')).toEqual({ text: toolAnswer, calls: clientToolCalls });
    });

    it('parses an answer that must fit a schema', () => expect(result('parsed')).toEqual(thing));
  });

  describe.each(llamaIndexPairs)('LlamaIndex in $dialect with a model of $vendor', ({ dialect, model }) => {
    const result = (name: string): unknown => resultOf(llama, `${dialect} ${model} ${name}`);

    it.each(['plain', 'streamed'])('gets an answer, %s', (name) => {
      expect(result(name)).toEqual({ text: fakeAnswerText('Hello') });
    });

    it('runs an agent with tools', () => {
      expect(result('agent')).toEqual({ text: expect.stringContaining('get_weather is fine') as string });
    });

    it('parses an answer that must fit a schema', () => expect(result('parsed')).toEqual(thing));
  });
});
