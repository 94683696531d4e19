import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { run, says, setup } from './run.mjs';

const baseURL = `${setup.origin}/v1`;
const openai = createOpenAI({ baseURL, apiKey: setup.apiKey });
const anthropic = createAnthropic({ baseURL, apiKey: setup.apiKey });
const speakers = { chat: openai.chat, responses: openai.responses, messages: anthropic };

const tools = {
  get_weather: tool({
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string(), days: z.int() }),
    execute: async () => 'get_weather is fine',
  }),
  get_clock: tool({
    description: 'The time in a city.',
    inputSchema: z.object({ city: z.string() }),
    execute: async () => 'get_clock is fine',
  }),
};
const thing = z.object({ name: z.string(), count: z.int(), tags: z.array(z.string()) });
const common = { maxRetries: 0, maxOutputTokens: 200 };

function scenariosOf(dialect, id) {
  const model = speakers[dialect](id);
  const named = (name) => `${dialect} ${id} ${name}`;
  return {
    [named('plain')]: async () => {
      const { text, finishReason, usage } = await generateText({ ...common, model, prompt: says('Hello') });
      return { text, finishReason, usage };
    },
    [named('streamed')]: async () => {
      const result = streamText({ ...common, model, prompt: says('Hello') });
      let text = '';
      for await (const piece of result.textStream) text += piece;
      return { text, finishReason: await result.finishReason, usage: await result.usage };
    },
    [named('tools')]: async () => {
      const prompt = says('Look', 'twoCalls');
      const { text, steps } = await generateText({ ...common, model, prompt, tools, stopWhen: stepCountIs(3) });
      return { text, calls: steps[0].toolCalls.map(({ toolName, input }) => ({ name: toolName, input })) };
    },
    [named('streamed tools')]: async () => {
      const prompt = says('Look', 'twoCalls');
      const result = streamText({ ...common, model, prompt, tools, stopWhen: stepCountIs(3) });
      const [first] = await result.steps;
      const calls = first.toolCalls.map(({ toolName, input }) => ({ name: toolName, input }));
      return { text: await result.text, calls };
    },
    [named('parsed')]: async () => {
      const output = Output.object({ schema: thing });
      return (await generateText({ ...common, model, prompt: says('Describe'), output })).output;
    },
    [named('refused')]: async () => {
      try {
        await generateText({ ...common, model, prompt: says('Hello', 'badRequest') });
        return { status: 200 };
      } catch (error) {
        return { status: error.statusCode, name: error.name };
      }
    },
    [named('cut')]: async () => {
      const errors = [];
      const onError = ({ error }) => errors.push(error?.message ?? JSON.stringify(error));
      const result = streamText({ ...common, model, prompt: says('Hello', 'cut'), onError });
      let text = '';
      for await (const piece of result.textStream) text += piece;
      return { text, errors };
    },
  };
}

const scenarios = setup.dialects.flatMap((dialect) => setup.models.map((id) => scenariosOf(dialect, id)));
await run(['ai', '@ai-sdk/openai', '@ai-sdk/anthropic'], Object.assign({}, ...scenarios));
