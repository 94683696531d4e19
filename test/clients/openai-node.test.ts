import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import type { FakeVendor } from '../fake-vendor/fake-vendor.js';
import { startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { collect } from '../fake-vendor/vendor-requests.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import type { TestGateway } from '../support/gateway.js';
import { startTestGateway } from '../support/gateway.js';
import { clientModels, dearRequest } from './client-models.js';
import { clientToolCalls, clientTools } from './client-tools.js';

// OpenAI's own Node client, unchanged, against the gateway; the vendors behind it are fake.

let vendor: FakeVendor;
let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startTestGateway({
    vendors: { openaiBaseUrl: vendor.openaiBaseUrl, anthropicBaseUrl: vendor.anthropicBaseUrl },
  });
  client = new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, maxRetries: 0 });
}, 180_000);
beforeEach(() => vendor.reset());
afterAll(async () => {
  await gateway?.close();
  await vendor?.close();
}, 60_000);

const says = (text: string, behaviour?: Behaviour | readonly Behaviour[]): ChatCompletionMessageParam[] => [
  { role: 'user', content: behaviour === undefined ? text : `${text} ${fakeMarker(behaviour)}` },
];

/** Usage as the gateway gives it: OpenAI's, with what the request cost in USD. */
const costOf = (usage: OpenAI.CompletionUsage | null | undefined): unknown =>
  (usage as { cost?: number } | null | undefined)?.cost;

describe.each(clientModels)("OpenAI's Node client with a model of $vendor", ({ vendor: vendorName, model }) => {
  it('gets a plain answer, its usage and cost, and the request id', async () => {
    const asked = client.chat.completions.create({ model, messages: says('Hello') });
    const { data, response, request_id } = await asked.withResponse();
    expect(data.object).toBe('chat.completion');
    expect(data.choices[0]?.message).toMatchObject({ role: 'assistant', content: fakeAnswerText('Hello') });
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(data.usage).toMatchObject({ prompt_tokens: expect.any(Number), completion_tokens: 8 });
    expect(data.usage?.total_tokens).toBe((data.usage?.prompt_tokens ?? 0) + 8);
    expect(costOf(data.usage)).toBeGreaterThan(0);
    expect(response.headers.get('x-request-id')).toMatch(/\S{8,}/);
    expect(request_id).toBe(response.headers.get('x-request-id'));
    expect((await vendor.waitForEnded(1)).map((entry) => entry.vendor)).toEqual([vendorName]);
  });

  it('gets the same answer as a stream, with usage and cost at its end', async () => {
    const asked = client.chat.completions.create({
      model,
      messages: says('Hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const { data, response } = await asked.withResponse();
    const chunks = await collect(data);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(fakeAnswerText('Hello'));
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['stop']);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 8 } });
    expect(costOf(chunks.at(-1)?.usage)).toBeGreaterThan(0);
    expect(response.headers.get('x-request-id')).toMatch(/\S{8,}/);
  });

  it('is told where the cap on tokens cut the answer', async () => {
    const answer = await client.chat.completions.create({ model, messages: says('Hello'), max_completion_tokens: 3 });
    expect(answer.choices[0]?.message.content).toBe(fakeAnswerText('Hello', { chunks: 3 }));
    expect(answer.choices[0]?.finish_reason).toBe('length');
  });

  it('gets the same stream where it tells its route as well', async () => {
    const body = { model, messages: says('Hello'), stream_options: { include_usage: true } };
    const headers = { 'x-sluice-route': 'include' };
    const answer = await client.chat.completions.stream(body, { headers }).finalChatCompletion();
    expect(answer.choices).toMatchObject([{ finish_reason: 'stop', message: { content: fakeAnswerText('Hello') } }]);
    expect(answer.usage).toMatchObject({ completion_tokens: 8 });
  });

  it('gets parallel tool calls whole and in order, plain and streamed alike', async () => {
    const body = { model, messages: says('Look', { behaviour: 'answer', toolCalls: 2 }), tools: clientTools };
    const plain = (await client.chat.completions.create(body)).choices[0];
    const streamed = (await client.chat.completions.stream(body).finalChatCompletion()).choices[0];
    for (const choice of [plain, streamed]) {
      const calls = (choice?.message.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [call] : []));
      const read = calls.map(({ function: { name, arguments: text } }) => ({
        name,
        input: JSON.parse(text) as unknown,
      }));
      expect(read).toEqual(clientToolCalls);
      expect(new Set(calls.map((call) => call.id)).size).toBe(2);
      expect(choice?.finish_reason).toBe('tool_calls');
    }
  });

  it.each([false, true])(
    'runs the tools that it is asked to and sends their results back (stream: %s)',
    async (stream) => {
      const inputs: unknown[] = [];
      const tools = clientTools.map((tool): RunnableToolFunctionWithParse<object> => ({
        ...tool,
        function: {
          ...tool.function,
          parse: (text: string) => JSON.parse(text) as object,
          function: (input: object) => {
            inputs.push(input);
            return `${tool.function.name} is fine`;
          },
        },
      }));
      const body = { model, messages: says('Look', { behaviour: 'answer', toolCalls: 2 }), tools };
      const runner = stream
        ? client.chat.completions.runTools({ ...body, stream: true })
        : client.chat.completions.runTools(body);
      expect(await runner.finalContent()).toBe('The tools said: get_weather is fine; get_clock is fine');
      expect(inputs).toEqual(clientToolCalls.map((call) => call.input));
      expect((await vendor.waitForEnded(2)).length).toBe(2);
    },
  );

  it('parses an answer that must fit a schema', async () => {
    const shape = z.object({ name: z.string(), count: z.number().int(), tags: z.array(z.enum(['a', 'b'])) });
    const format = zodResponseFormat(shape, 'thing');
    const parsed = await client.chat.completions.parse({ model, messages: says('Describe'), response_format: format });
    expect(parsed.choices[0]?.message.parsed).toEqual({ name: 'Zürich 水門', count: 7, tags: ['a'] });
  });

  it('throws where a stream breaks off, after what had come', async () => {
    const asked = { model, messages: says('Hello', { behaviour: 'cut', afterEvents: 6 }), stream: true as const };
    let text = '';
    const read = async () => {
      for await (const chunk of await client.chat.completions.create(asked))
        text += chunk.choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toBeInstanceOf(APIError);
    expect(text.length).toBeGreaterThan(0);
    expect(fakeAnswerText('Hello').startsWith(text)).toBe(true);
  });
});

describe("the error classes of OpenAI's Node client", () => {
  const { model } = clientModels[0];
  const create = (messages: ChatCompletionMessageParam[], more: object = {}) =>
    client.chat.completions.create({ model, messages, ...more });

  it('AuthenticationError for a wrong key', async () => {
    const stranger = new OpenAI({ baseURL: gateway.baseUrl, apiKey: 'sk-sluice-nobody', maxRetries: 0 });
    const asked = stranger.chat.completions.create({ model, messages: says('Hello') });
    await expect(asked).rejects.toBeInstanceOf(AuthenticationError);
    await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    expect(await vendor.log()).toEqual([]);
  });

  it('NotFoundError for a model that nobody offers', async () => {
    const error: unknown = await create(says('Hello'), { model: 'nobody/nothing' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'model_not_found', requestID: expect.stringMatching(/\S{8,}/) as string });
  });

  it('BadRequestError for a request that is wrong, by us or by the vendor', async () => {
    await expect(create([])).rejects.toBeInstanceOf(BadRequestError);
    await expect(create(says('Hello'), { temperature: 'hot' })).rejects.toMatchObject({
      status: 400,
      param: 'temperature',
    });
    await expect(create(says('Hello', { behaviour: 'bad-request' }))).rejects.toBeInstanceOf(BadRequestError);
  });

  it('RateLimitError where the vendor limits us, InternalServerError where it fails', async () => {
    await expect(create(says('Hello', { behaviour: 'rate-limited' }))).rejects.toBeInstanceOf(RateLimitError);
    await expect(create(says('Hello', { behaviour: 'server-error' }))).rejects.toBeInstanceOf(InternalServerError);
  });

  it('APIError with status 402 where the budget does not bear the worst case', async () => {
    const error: unknown = await create(says('Hello'), dearRequest).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 402, code: 'insufficient_funds' });
    expect(await vendor.log()).toEqual([]);
  });
});

describe("the models list of OpenAI's Node client", () => {
  it('has every model, and finds one by its id', async () => {
    const models = await collect(await client.models.list());
    expect(models.map((model) => model.id)).toEqual(expect.arrayContaining(clientModels.map(({ model }) => model)));
    for (const { model } of clientModels) {
      expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: 'model' });
    }
    await expect(client.models.retrieve('nobody/nothing')).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('an Idempotency-Key sent by OpenAI’s Node client', () => {
  it.each([false, true])(
    'gets the same answer again without a second call of the vendor (stream: %s)',
    async (stream) => {
      const body = { model: clientModels[0].model, messages: says('Once') };
      const options = { headers: { 'Idempotency-Key': `node-${stream}` } };
      const text = async () => {
        if (!stream) return (await client.chat.completions.create(body, options)).choices[0]?.message.content;
        const chunks = await collect(await client.chat.completions.create({ ...body, stream: true }, options));
        return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
      };
      expect([await text(), await text()]).toEqual([fakeAnswerText('Once'), fakeAnswerText('Once')]);
      expect((await vendor.waitForEnded(1)).length).toBe(1);
    },
  );
});
