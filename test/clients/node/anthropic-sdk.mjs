import { Buffer } from 'node:buffer';
import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { z } from 'zod';
import { run, says, setup } from './run.mjs';

const client = new Anthropic({ baseURL: setup.origin, apiKey: setup.apiKey, maxRetries: 0 });
const bearer = new Anthropic({ baseURL: setup.origin, apiKey: null, authToken: setup.apiKey, maxRetries: 0 });
const body = (model, text, more = {}) => ({
  model,
  max_tokens: 200,
  messages: [{ role: 'user', content: text }],
  ...more,
});
const textOf = ({ content }) => content.map((block) => (block.type === 'text' ? block.text : '')).join('');
const thing = z.object({ name: z.string(), count: z.int(), tags: z.array(z.string()) });
const tools = [
  betaZodTool({
    name: 'get_weather',
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string(), days: z.int() }),
    run: async () => 'get_weather is fine',
  }),
  betaZodTool({
    name: 'get_clock',
    description: 'The time in a city.',
    inputSchema: z.object({ city: z.string() }),
    run: async () => 'get_clock is fine',
  }),
];

const errorOf = async (call) => {
  try {
    await call();
    return { class: null };
  } catch (error) {
    return { class: error.constructor.name, status: error.status, type: error.type, requestId: error.requestID };
  }
};

function scenariosOf(model) {
  const named = (name) => `${model} ${name}`;
  return {
    [named('plain')]: async () => {
      const answer = await client.messages.create(body(model, says('Hello')));
      const { id, type, role, stop_reason, usage, _request_id } = answer;
      return { id, type, role, stop_reason, usage, requestId: _request_id, text: textOf(answer) };
    },
    [named('bearer')]: async () => ({ text: textOf(await bearer.messages.create(body(model, says('Hello')))) }),
    [named('streamed')]: async () => {
      const stream = client.messages.stream(body(model, says('Hello')));
      const order = [];
      stream.on('streamEvent', ({ type }) => order.at(-1) !== type && order.push(type));
      const answer = await stream.finalMessage();
      return { text: textOf(answer), stop_reason: answer.stop_reason, usage: answer.usage, order };
    },
    [named('streamed with its route')]: async () => {
      const headers = { 'x-sluice-route': 'include' };
      const answer = await client.messages.stream(body(model, says('Hello')), { headers }).finalMessage();
      return { text: textOf(answer), stop_reason: answer.stop_reason, usage: answer.usage };
    },
    [named('tools')]: async () => {
      const runner = client.beta.messages.toolRunner(body(model, says('Look', 'twoCalls'), { tools }));
      const answers = [];
      for await (const answer of runner) answers.push(answer);
      return { calls: callsOf(answers[0]), text: textOf(answers.at(-1)) };
    },
    [named('streamed tools')]: async () => {
      const runner = client.beta.messages.toolRunner(body(model, says('Look', 'twoCalls'), { tools, stream: true }));
      const answers = [];
      for await (const stream of runner) answers.push(await stream.finalMessage());
      return { calls: callsOf(answers[0]), text: textOf(answers.at(-1)) };
    },
    [named('parsed')]: async () => {
      const output_config = { format: zodOutputFormat(thing) };
      return (await client.messages.parse(body(model, says('Describe'), { output_config }))).parsed_output;
    },
    [named('counted')]: async () =>
      client.messages.countTokens({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    [named('cut')]: async () => {
      let text = '';
      const stream = client.messages.stream(body(model, says('Hello', 'cut')));
      stream.on('text', (piece) => (text += piece));
      return { ...(await errorOf(() => stream.finalMessage())), text };
    },
    [named('errors')]: async () => ({
      unknownModel: await errorOf(() => client.messages.create(body('nobody/nothing', 'Hello'))),
      noTokens: await errorOf(() => client.messages.create({ model, messages: [{ role: 'user', content: 'Hello' }] })),
      vendorRefuses: await errorOf(() => client.messages.create(body(model, says('Hello', 'badRequest')))),
      vendorLimits: await errorOf(() => client.messages.create(body(model, says('Hello', 'rateLimited')))),
      vendorFails: await errorOf(() => client.messages.create(body(model, says('Hello', 'serverError')))),
    }),
  };
}

const callsOf = ({ content }) =>
  content.filter(({ type }) => type === 'tool_use').map(({ id, name, input }) => ({ id, name, input }));

const files = {
  files: async () => {
    const { files } = client.beta;
    const data = await toFile(Buffer.from('a,b'), 'table.csv', { type: 'text/csv' });
    const uploaded = await files.upload({ file: data });
    const listed = [];
    for await (const { id } of files.list({ limit: 1 })) listed.push(id);
    const content = await (await files.download(uploaded.id)).text();
    const shown = await files.retrieveMetadata(uploaded.id);
    const deleted = await files.delete(uploaded.id);
    const gone = await errorOf(() => files.retrieveMetadata(uploaded.id));
    return { uploaded, listed, content, shown, deleted, gone };
  },
};
const models = {
  models: async () => {
    const listed = [];
    for await (const { id, type } of client.models.list({ limit: 20 })) listed.push({ id, type });
    return { listed, retrieved: await client.models.retrieve(setup.models[0]) };
  },
};
await run(['@anthropic-ai/sdk'], Object.assign(models, files, ...setup.models.map(scenariosOf)));
