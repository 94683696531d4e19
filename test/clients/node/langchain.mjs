import { ChatAnthropic } from '@langchain/anthropic';
import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { run, says, setup } from './run.mjs';

const openai = { apiKey: setup.apiKey, configuration: { baseURL: `${setup.origin}/v1` }, maxRetries: 0 };
const speakers = {
  chat: (model) => new ChatOpenAI({ ...openai, model, maxTokens: 200, useResponsesApi: false }),
  responses: (model) => new ChatOpenAI({ ...openai, model, maxTokens: 200, useResponsesApi: true }),
  messages: (model) =>
    new ChatAnthropic({ model, apiKey: setup.apiKey, anthropicApiUrl: setup.origin, maxTokens: 200, maxRetries: 0 }),
};

const tools = [
  tool(async () => 'get_weather is fine', {
    name: 'get_weather',
    description: 'The weather in a city.',
    schema: z.object({ city: z.string(), days: z.int() }),
  }),
  tool(async () => 'get_clock is fine', {
    name: 'get_clock',
    description: 'The time in a city.',
    schema: z.object({ city: z.string() }),
  }),
];
const thing = z.object({ name: z.string(), count: z.int(), tags: z.array(z.string()) });

const callsOf = ({ tool_calls: calls }) => calls.map(({ name, args }) => ({ name, input: args }));

function scenariosOf(dialect, id) {
  const model = speakers[dialect](id);
  const named = (name) => `${dialect} ${id} ${name}`;
  return {
    [named('plain')]: async () => {
      const answer = await model.invoke(says('Hello'));
      return { text: answer.text, usage: answer.usage_metadata };
    },
    [named('streamed')]: async () => {
      let answer;
      for await (const piece of await model.stream(says('Hello'))) answer = answer ? answer.concat(piece) : piece;
      return { text: answer.text, usage: answer.usage_metadata };
    },
    [named('agent')]: async () => {
      const agent = createReactAgent({ llm: model, tools });
      const { messages } = await agent.invoke({ messages: [{ role: 'user', content: says('Look', 'twoCalls') }] });
      return { calls: callsOf(messages[1]), text: messages.at(-1).text };
    },
    [named('streamed agent')]: async () => {
      const agent = createReactAgent({ llm: model, tools });
      const input = { messages: [{ role: 'user', content: says('Look', 'twoCalls') }] };
      const pieces = [];
      for await (const [piece] of await agent.stream(input, { streamMode: 'messages' })) pieces.push(piece);
      const texts = pieces.filter((piece) => piece.type === 'ai').map((piece) => piece.text);
      return { text: texts.join('') };
    },
    [named('parsed')]: () => model.withStructuredOutput(thing).invoke(says('Describe')),
    [named('refused')]: async () => {
      try {
        await model.invoke(says('Hello', 'badRequest'));
        return { status: 200 };
      } catch (error) {
        return { status: error.status, name: error.name };
      }
    },
  };
}

const scenarios = setup.dialects.flatMap((dialect) => setup.models.map((id) => scenariosOf(dialect, id)));
const packages = ['@langchain/core', '@langchain/openai', '@langchain/anthropic', '@langchain/langgraph'];
await run(packages, Object.assign({}, ...scenarios));
