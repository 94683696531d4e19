import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// Amazon Bedrock by Converse, from the API to the vendor.

const NOVA = 'bedrock/us.amazon.nova-lite-v1:0';

let vendor: FakeVendor;
let gateway: TestGateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startTestGateway({
    env: {
      SLUICE_BEDROCK_REGION: 'us-east-1',
      SLUICE_BEDROCK_BASE_URL: vendor.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
  });
}, 180_000);

afterAll(async () => {
  await gateway.close();
  await vendor.close();
}, 120_000);

beforeEach(() => vendor.reset());

async function ask(path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' };
  return fetch(`${gateway.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const chat = (content: string, others: JsonObject = {}) =>
  ask('/chat/completions', { model: NOVA, messages: [{ role: 'user', content }], ...others });

/** The chunks of a stream of chat completions. */
async function chunksOf(response: Response): Promise<readonly JsonObject[]> {
  const data = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  return data.map((line) => JSON.parse(line.slice('data: '.length)) as JsonObject);
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: { readonly completion_tokens: number; readonly cost: unknown };
}

describe('a model of Bedrock', () => {
  it('streams to a caller of chat completions, and is paid for', async () => {
    const response = await chat('Hello', { stream: true, stream_options: { include_usage: true } });
    expect(response.status).toBe(200);
    const chunks = (await chunksOf(response)) as unknown as readonly Chunk[];
    const said = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(said).toBe(fakeAnswerText('Hello'));
    const usage = chunks.at(-1)?.usage;
    expect(usage?.completion_tokens).toBe(8);
    expect(Number(usage?.cost)).toBeGreaterThan(0);
    const [sent] = await vendor.waitForEnded(1);
    expect(sent).toMatchObject({
      ...{ vendor: 'bedrock', api: 'converse', model: 'us.amazon.nova-lite-v1:0', stream: true, finishedCleanly: true },
      headers: { 'x-amz-date': expect.stringMatching(/^\d{8}T\d{6}Z$/) as string },
      body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    });
  });

  it('calls tools for a caller of Messages, and is told what came of it', async () => {
    const tool = {
      name: 'f',
      description: 'd',
      input_schema: { type: 'object', properties: { a: { type: 'string' } } },
    };
    const marker = fakeMarker({ behaviour: 'answer', toolCalls: 1 });
    const first = { role: 'user', content: `Go. ${marker}` };
    const body = { model: NOVA, max_tokens: 200, tools: [tool], messages: [first] };
    const answer = (await (await ask('/messages', body)).json()) as {
      readonly content: readonly (JsonObject & { readonly id: string })[];
      readonly stop_reason: string;
    };
    expect(answer.stop_reason).toBe('tool_use');
    const [call] = answer.content;
    expect(call).toMatchObject({ type: 'tool_use', name: 'f' });
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: '42' }] };
    const messages = [first, { role: 'assistant', content: answer.content }, result];
    const last = (await (await ask('/messages', { ...body, messages })).json()) as { readonly content: unknown };
    expect(last.content).toEqual([{ type: 'text', text: 'The tools said: 42' }]);
  });

  it.each([
    ['rate-limited', 429],
    ['overloaded', 503],
    ['bad-request', 400],
  ] as const)('that refuses is told of: %s', async (behaviour, status) => {
    const response = await chat(fakeMarker({ behaviour }));
    expect(response.status).toBe(status);
  });

  it('that breaks off within its answer is told of, by an exception or by silence', async () => {
    for (const behaviour of [
      { behaviour: 'error-event', afterEvents: 3 },
      { behaviour: 'cut', afterEvents: 3 },
    ] as const) {
      const response = await chat(fakeMarker(behaviour), { stream: true });
      const chunks = await chunksOf(response);
      expect(chunks.at(-1)).toHaveProperty('error');
      expect(chunks.length).toBeGreaterThan(1);
    }
  });
});
