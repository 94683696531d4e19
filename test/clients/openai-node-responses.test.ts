import OpenAI, { BadRequestError, InternalServerError, NotFoundError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import type { FunctionTool, ResponseInput } from 'openai/resources/responses/responses';
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
import { clientModels } from './client-models.js';
import { clientToolCalls, clientTools } from './client-tools.js';

// The Responses half of OpenAI's own Node client, unchanged, against the gateway; the vendors behind it are fake.

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

const says = (text: string, behaviour: Behaviour) => `${text} ${fakeMarker(behaviour)}`;

const tools: FunctionTool[] = clientTools.map(({ function: { name, description, parameters } }) => ({
  ...{ type: 'function', name, description, parameters, strict: false },
}));

describe.each(clientModels)("responses of OpenAI's Node client with a model of $vendor", ({ model }) => {
  it('come whole, with their text, usage and cost', async () => {
    const response = await client.responses.create({ model, input: 'Hello' });
    expect(response.output_text).toBe(fakeAnswerText('Hello'));
    expect(response).toMatchObject({ object: 'response', status: 'completed', error: null });
    expect(response.usage).toMatchObject({ output_tokens: 8, cost: expect.any(Number) });
    expect(response.usage?.input_tokens_details.cached_tokens).toBe(0);
  });

  it('come as a stream of the events that the client knows', async () => {
    const stream = await client.responses.create({ model, input: 'Hello', stream: true });
    const events = await collect(stream);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const text = events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : [])).join('');
    expect(text).toBe(fakeAnswerText('Hello'));
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { usage: { output_tokens: 8 } } });
  });

  it('are put together by the client’s own helper as they came', async () => {
    const stream = client.responses.stream({
      model,
      input: says('Look', { behaviour: 'answer', toolCalls: 2 }),
      tools,
    });
    const types: string[] = [];
    stream.on('event', ({ type }) => types.push(type));
    const response = await stream.finalResponse();
    const calls = response.output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
    expect(calls.map(({ name, arguments: text }) => ({ name, input: JSON.parse(text) as unknown }))).toEqual(
      clientToolCalls,
    );
    expect(types).toContain('response.function_call_arguments.delta');
  });

  it('go on with the results of tools, from the output as it came', async () => {
    const input: ResponseInput = [{ role: 'user', content: says('Look', { behaviour: 'answer', toolCalls: 2 }) }];
    const first = await client.responses.create({ model, input, tools });
    const results = first.output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: `${item.name} is fine` }]
        : [],
    );
    // The client's own types of what comes and of what is sent differ in the status of one kind of item.
    const output = first.output as ResponseInput;
    const next = await client.responses.create({ model, tools, input: [...input, ...output, ...results] });
    expect(next.output_text).toBe('The tools said: get_weather is fine; get_clock is fine');
  });

  it('are parsed by a schema', async () => {
    const shape = z.object({ name: z.string(), count: z.number().int() });
    const text = { format: zodTextFormat(shape, 'thing') };
    const response = await client.responses.parse({ model, input: 'Fit', text });
    expect(shape.parse(response.output_parsed)).toEqual(response.output_parsed);
    const streamed = await client.responses.stream({ model, input: 'Fit', text }).finalResponse();
    expect(streamed.output_parsed).toEqual(response.output_parsed);
  });

  it('are the same where they tell their route as well', async () => {
    const headers = { 'x-sluice-route': 'include' };
    const response = await client.responses.stream({ model, input: 'Hello' }, { headers }).finalResponse();
    expect(response).toMatchObject({ status: 'completed', output_text: fakeAnswerText('Hello') });
    expect(response).toHaveProperty('route.candidates');
  });

  it('say that they failed where they broke off', async () => {
    const input = says('Hello', { behaviour: 'cut', afterEvents: 6 });
    const events = await collect(await client.responses.create({ model, input, stream: true }));
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' } },
    });
  });

  it('are errors of the client’s own classes where there are none', async () => {
    const failing = client.responses.create({
      model,
      input: says('Hello', { behaviour: 'server-error' }),
      stream: true,
    });
    await expect(failing).rejects.toBeInstanceOf(InternalServerError);
    const missing = client.responses.create({ model: 'nobody/nothing', input: 'Hello' });
    await expect(missing).rejects.toBeInstanceOf(NotFoundError);
    const wrong = client.responses.create({ model, input: 'Hello', previous_response_id: 'resp_1' });
    await expect(wrong).rejects.toMatchObject({ param: 'previous_response_id' });
    await expect(wrong).rejects.toBeInstanceOf(BadRequestError);
  });
});

describe("the token counter of OpenAI's Node client", () => {
  it('gets an estimate that says so', async () => {
    const counted = await client.responses.inputTokens.count({ model: clientModels[0].model, input: 'Hello there' });
    expect(counted).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number), estimated: true });
  });
});
