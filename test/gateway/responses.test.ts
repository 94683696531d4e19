import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import type { Parsed } from './world.js';
import { anthropicModel, nanoOf, openaiModel, useWorld } from './world.js';

// The Responses dialect on a whole gateway, before a vendor that speaks it and one that speaks another.

const world = useWorld();

const PATH = '/v1/responses';
const says = (text: string, behaviour?: Behaviour | readonly Behaviour[]) =>
  behaviour === undefined ? text : `${text} ${fakeMarker(behaviour)}`;

const post = (body: object, headers: Record<string, string> = {}) => world.post(PATH, body, { headers });

interface SentEvent {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly data: Parsed;
}

/** A stream read whole, with the names of its events. */
async function stream(body: object, headers: Record<string, string> = {}) {
  const { body: text, ...rest } = await world.post(PATH, { ...body, stream: true }, { headers });
  return { ...rest, events: readEvents(String(text)) };
}

function readEvents(text: string): readonly SentEvent[] {
  const field = (block: string, name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => ({
      id: field(block, 'id'),
      name: field(block, 'event'),
      data: JSON.parse(field(block, 'data') ?? 'null'),
    }));
}

const deltasOf = (events: readonly SentEvent[], type: string): string =>
  events.flatMap(({ data }) => (data.type === type ? [data.delta] : [])).join('');

const tools = ['get_weather', 'get_clock'].map((name) => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}));

describe.each([openaiModel, anthropicModel])('%s', (model) => {
  it('answers with a response, whose id is that of its request and whose cost is what was charged', async () => {
    const { status, body, requestId } = await post({ model, input: says('Hello'), instructions: 'Be kind.' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: requestId.replace('req_', 'resp_'),
      object: 'response',
      status: 'completed',
      instructions: 'Be kind.',
      store: false,
      output: [
        { type: 'message', status: 'completed', content: [{ type: 'output_text', text: fakeAnswerText('Hello') }] },
      ],
      usage: { output_tokens: 8, output_tokens_details: { reasoning_tokens: 0 } },
    });
    expect(body.usage.total_tokens).toBe(body.usage.input_tokens + 8);
    expect(nanoOf(body.usage.cost)).toBe((await world.ended(requestId)).charged);
    const [sent] = await world.vendor.waitForEnded(1);
    expect(JSON.stringify(sent?.body)).toContain('Be kind.');
  });

  it('streams the same response, event by event, each by its name and in order', async () => {
    const { events, requestId, headers } = await stream({ model, input: says('Hello') });
    expect(headers.get('content-type')).toContain('text/event-stream');
    expect(events.map(({ name }) => name)).toEqual(events.map(({ data }) => data.type));
    expect(events.map(({ data }) => data.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.data.type).toBe('response.created');
    expect(deltasOf(events, 'response.output_text.delta')).toBe(fakeAnswerText('Hello'));
    const last = events.at(-1)?.data;
    expect(last).toMatchObject({
      type: 'response.completed',
      response: { id: requestId.replace('req_', 'resp_'), status: 'completed', usage: { output_tokens: 8 } },
    });
    expect(last.response.output[0].content[0].text).toBe(fakeAnswerText('Hello'));
    expect(nanoOf(last.response.usage.cost)).toBe((await world.ended(requestId)).charged);
  });

  it('is told where the cap cut the answer', async () => {
    const { body } = await post({
      model,
      input: says('Hello', { behaviour: 'answer', chunks: 40 }),
      max_output_tokens: 16,
    });
    expect(body).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('calls tools in parallel, plain and streamed alike, and takes their results under the same ids', async () => {
    const input = says('Look', { behaviour: 'answer', toolCalls: 2 });
    const plain = (await post({ model, input, tools })).body.output;
    const { events } = await stream({ model, input, tools });
    const streamed = events.at(-1)?.data.response.output;
    for (const output of [plain, streamed]) {
      const calls = output.filter(({ type }: Parsed) => type === 'function_call');
      expect(calls.map(({ name }: Parsed) => name)).toEqual(['get_weather', 'get_clock']);
      expect(new Set(calls.map(({ call_id }: Parsed) => call_id)).size).toBe(2);
      for (const call of calls) expect(() => JSON.parse(call.arguments)).not.toThrow();
      const results = calls.map(({ call_id, name }: Parsed) => ({
        ...{ type: 'function_call_output', call_id, output: `${name} is fine` },
      }));
      const next = await post({ model, tools, input: [{ role: 'user', content: input }, ...output, ...results] });
      expect(next.status, JSON.stringify(next.body)).toBe(200);
      expect(next.body.output.at(-1).content[0].text).toContain('get_weather is fine; get_clock is fine');
    }
  });

  it('fits an answer to a schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const text = { format: { type: 'json_schema', name: 'thing', schema, strict: true } };
    const { body } = await post({ model, input: says('Fit'), text });
    const said = body.output.find(({ type }: Parsed) => type === 'message').content[0].text;
    expect(typeof JSON.parse(said).name).toBe('string');
    expect(body.text).toMatchObject(text);
  });

  it('ends a stream that broke off with a failed response, and keeps what came', async () => {
    const { events, requestId } = await stream({ model, input: says('Hello', { behaviour: 'cut', afterEvents: 6 }) });
    const last = events.at(-1)?.data;
    expect(last).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', reason: 'stream_cut' } },
    });
    expect(events.map(({ data }) => data.type)).not.toContain('response.completed');
    expect((await world.ended(requestId)).failure_class).toBe('cut');
  });

  it('answers a failure that came before anything with a status and an error', async () => {
    const { status, body } = await world.post(PATH, {
      ...{ model, stream: true, input: says('Hello', { behaviour: 'overloaded' }) },
    });
    expect([status, body.error.code]).toEqual([503, 'vendor_overloaded']);
  });

  it('refuses what only OpenAI has where the model is another vendor’s, and names both', async () => {
    const { status, body } = await post({
      model: anthropicModel,
      input: 'Hi',
      tools: [...tools, { type: 'web_search' }],
    });
    expect([status, body.error.param, body.error.code]).toEqual([400, 'tools[2]', 'invalid_request']);
    expect(body.error.message).toContain("'web_search'");
    expect(body.error.message).toContain(anthropicModel);
  });
});

describe('reasoning of another vendor', () => {
  it('comes back to it with its proof, byte for byte', async () => {
    const model = anthropicModel;
    const input = says('Think', { behaviour: 'answer', reasoning: 3, toolCalls: 1 });
    const first = await post({ model, input, tools, reasoning: { effort: 'low' } });
    const [thought] = first.body.output;
    expect(thought).toMatchObject({ type: 'reasoning', summary: [{ type: 'summary_text' }] });
    const results = first.body.output
      .filter(({ type }: Parsed) => type === 'function_call')
      .map(({ call_id }: Parsed) => ({ type: 'function_call_output', call_id, output: 'fine' }));
    const turn = [{ role: 'user', content: input }, ...first.body.output, ...results];
    const next = await post({ model, input: turn, tools, reasoning: { effort: 'low' } });
    expect(next.status, JSON.stringify(next.body)).toBe(200);
    const sent = JSON.stringify((await world.vendor.waitForEnded(2)).at(-1)?.body);
    expect(sent).toContain(`"thinking":"${thought.summary[0].text}"`);
    expect(sent).toContain(`"signature":"${thought.encrypted_content.split('.').slice(4).join('.')}"`);
  });
});

describe('a conversation that changes its vendor', () => {
  it('takes what was said and called along, and no vendor’s proof of its reasoning to another', async () => {
    const input = says('Think', { behaviour: 'answer', reasoning: 3, toolCalls: 1 });
    for (const [from, to] of [
      [anthropicModel, openaiModel],
      [openaiModel, anthropicModel],
    ]) {
      const first = await post({ model: from, input, tools, reasoning: { effort: 'low' } });
      const [thought] = first.body.output;
      expect(thought.type).toBe('reasoning');
      const results = first.body.output
        .filter(({ type }: Parsed) => type === 'function_call')
        .map(({ call_id }: Parsed) => ({ type: 'function_call_output', call_id, output: 'fine' }));
      const turn = [{ role: 'user', content: input }, ...first.body.output, ...results];
      const next = await post({ model: to, input: turn, tools });
      expect(next.status, JSON.stringify(next.body)).toBe(200);
      expect(next.body.output.at(-1).content[0].text).toContain('fine');
      const sent = JSON.stringify((await world.vendor.log()).at(-1)?.body);
      expect(sent).toContain('get_weather');
      expect(sent).not.toContain(String(thought.encrypted_content));
      expect(sent).not.toContain('sluice-reasoning');
    }
  });
});

describe('a vendor of the same dialect', () => {
  it('gets the request as it was written, but keeps nothing, and its answer comes as it is', async () => {
    const { body } = await post({ model: openaiModel, input: 'Hello', store: true, shiny: { a: [1] }, top_p: 0.5 });
    const [sent] = await world.vendor.waitForEnded(1);
    expect(sent?.body).toMatchObject({ input: 'Hello', store: false, shiny: { a: [1] }, top_p: 0.5 });
    expect(sent?.body).not.toHaveProperty('messages');
    expect(body).toMatchObject({ store: false, model: 'gpt-4o-mini' });
  });
});

describe('what every dialect has', () => {
  it('falls back to the next model before a word was said', async () => {
    const { body } = await post({
      ...{ model: openaiModel, models: [anthropicModel] },
      input: says('Hello', { behaviour: 'overloaded', vendor: 'openai' }),
    });
    expect(body.output[0].content[0].text).toBe(fakeAnswerText('Hello'));
    expect((await world.vendor.waitForEnded(2)).map(({ vendor }) => vendor)).toEqual(['openai', 'anthropic']);
  });

  it('gives a repeat under the same key the same response, and charges once', async () => {
    const key = { 'idempotency-key': 'responses-once' };
    const first = await post({ model: openaiModel, input: 'Hello' }, key);
    const again = await post({ model: openaiModel, input: 'Hello' }, key);
    expect(again.body).toEqual(first.body);
    expect(await world.vendor.waitForEnded(1)).toHaveLength(1);
    const fetched = await world.get(`/v1/requests/${first.requestId}/answer`);
    expect(fetched.body).toEqual(first.body);
  });

  it('picks a stream up where it broke off', async () => {
    const { events, requestId } = await stream(
      { model: openaiModel, input: 'Hello' },
      { 'idempotency-key': 'responses-resume' },
    );
    const after = events[4]?.id ?? '';
    const rest = await world.get(`/v1/requests/${requestId}/stream?starting_after=${encodeURIComponent(after)}`);
    expect(readEvents(String(rest.body))).toEqual(events.slice(5));
  });

  it('names the nearest models where one is unknown', async () => {
    const { status, body } = await post({ model: 'openai/gpt-4o-mimi', input: 'Hi' });
    expect([status, body.error.code, body.error.param]).toEqual([404, 'model_not_found', 'model']);
    expect(body.error.message).toContain(openaiModel);
  });

  it('refuses a body that is wrong with the place, before anything is held', async () => {
    const input = [{ type: 'function_call_output', call_id: 'x', output: 'y' }];
    const { status, body, requestId } = await post({ model: openaiModel, input });
    expect([status, body.error.param]).toEqual([400, 'input[0].call_id']);
    expect(await world.rows('SELECT id FROM requests.requests WHERE id = $1', [requestId])).toEqual([]);
  });

  it('refuses what it does not store', async () => {
    const stored = await post({ model: openaiModel, input: 'Hi', previous_response_id: 'resp_1' });
    expect([stored.status, stored.body.error.param]).toEqual([400, 'previous_response_id']);
  });

  it("bounds the vendor's own tools where the caller did not, holds for that, and says so", async () => {
    const tools = [{ type: 'code_interpreter', container: { type: 'auto' } }, { type: 'file_search' }];
    const { status, body, requestId } = await post({ model: openaiModel, input: 'Hi', tools });
    expect([status, body.warnings]).toMatchObject([200, [{ type: 'changed', feature: 'max_tool_calls' }]]);
    const [sent] = await world.vendor.waitForEnded(1);
    expect(sent?.body).toMatchObject({ tools, max_tool_calls: 5 });
    const [row] = await world.rows('SELECT plan FROM requests.requests WHERE id = $1', [requestId]);
    const { offer, maxOutputTokens, worstCaseNanoUsd } = (row as Parsed).plan.candidates[0];
    const usd = (unit: string) => Number(offer.prices[unit].usd) / offer.prices[unit].per;
    const tokens = 6 * offer.contextWindow * usd('input') + maxOutputTokens * usd('output');
    expect(Number(worstCaseNanoUsd) / 1e9).toBeCloseTo(tokens + 5 * usd('file_searches') + usd('containers'), 6);
  });

  it('estimates the tokens of an input without asking anybody', async () => {
    const { status, body } = await world.post(`${PATH}/input_tokens`, { model: openaiModel, input: 'Hello there' });
    expect([status, body]).toEqual([
      200,
      { object: 'response.input_tokens', input_tokens: expect.any(Number), estimated: true },
    ]);
    expect(await world.vendor.log()).toEqual([]);
  });
});
