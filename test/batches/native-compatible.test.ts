import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startCompatibleBatchVendor } from '../fake-vendor/compatible-batch-vendor.js';
import { textOf, USAGE } from '../fake-vendor/batch-vendor.js';
import { until } from '../chaos/until.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Batches at vendors whose API for them is OpenAI's, or who take OpenAI's lines: what each does otherwise, well and badly.

const vendor = await startCompatibleBatchVendor();
const world = useWorld({
  vendors: { openaiBaseUrl: `${vendor.origin}/openai/v1` },
  env: {
    ...{ AZURE_OPENAI_ENDPOINT: `${vendor.origin}/azure`, AZURE_OPENAI_API_KEY: 'key-of-azure' },
    SLUICE_AZURE_BATCH_DEPLOYMENTS: 'gpt-4o=our-batch',
    ...{ GROQ_API_KEY: 'key-of-groq', SLUICE_GROQ_BASE_URL: `${vendor.origin}/groq/v1` },
    ...{ DASHSCOPE_API_KEY: 'key-of-alibaba', SLUICE_ALIBABA_BASE_URL: `${vendor.origin}/alibaba/v1` },
    ...{ TOGETHER_API_KEY: 'key-of-together', SLUICE_TOGETHER_BASE_URL: `${vendor.origin}/together/v1` },
    ...{ XAI_API_KEY: 'key-of-xai', SLUICE_XAI_BASE_URL: `${vendor.origin}/xai/v1` },
    ...{ VOYAGE_API_KEY: 'key-of-voyage', SLUICE_VOYAGE_BASE_URL: `${vendor.origin}/voyage/v1` },
    ...{ OPENROUTER_API_KEY: 'key-of-openrouter', SLUICE_OPENROUTER_BASE_URL: `${vendor.origin}/openrouter/v1` },
    SLUICE_BATCH_NATIVE: 'on',
  },
});
const batches = createBatchTools(world);
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());

const line = (model: string, name: string): object =>
  lineOf(name, { model, max_tokens: 200, messages: [{ role: 'user', content: `Hello ${name}` }] });
const linesOf = (model: string, count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => line(model, `line-${index}`));
const textsOf = (lines: readonly Parsed[]): readonly string[] =>
  lines.map(({ response }) => response.body.choices[0].message.content);
/** Of the usage that the vendor tells, at prices for a million tokens. */
const costOf = (input: number, output: number): number => (USAGE.input * input + USAGE.output * output) / 1e6;
const forgotten = (): Promise<void> =>
  until('the files to be deleted', async () =>
    vendor.fileIds.length === 0 ? true : { pending: vendor.fileIds.join() },
  );

/** A batch of so many lines of a model, once it has ended. */
async function ended(model: string, count: number): Promise<Parsed> {
  return batches.ended((await batches.create(linesOf(model, count))).id);
}

/** An offer of the operator's own, with a price of each token, and one in batches, in USD a million. */
async function addOffer(id: string, single: string, batched: string): Promise<string> {
  const price = (usd: string) => ({ prices: { input: { usd, per: 1_000_000 }, output: { usd, per: 1_000_000 } } });
  const offer = {
    ...{ id, context_window: 131_072, max_output_tokens: 4_096 },
    ...{ ...price(single), tiers: { batch: price(batched) }, reason: 'a test' },
  };
  const added = await world.post('/v1/operator/offers', offer, { apiKey: world.gateway.adminKey });
  expect(added.status, JSON.stringify(added.body)).toBe(200);
  await expect.poll(async () => (await world.get(`/v1/models/${id}`)).status).toBe(200);
  return id;
}

describe('Azure', () => {
  it('runs them by the deployment for batches, once though the hand-in was cut, and fails the line that it refuses', async () => {
    vendor.script = ({ body }) => (textOf(body).endsWith('line-1') ? 400 : `batched: ${textOf(body)}`);
    vendor.cutNext();
    const over = await ended('azure/gpt-4o', 3);
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 3, completed: 2, failed: 1 } });
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual([
      ...['batched: Hello line-0', 'batched: Hello line-2'],
    ]);
    expect(await batches.linesOf(over.error_file_id)).toMatchObject([
      { custom_id: 'line-1', response: { status_code: 400 } },
    ]);
    expect(vendor.batches).toHaveLength(1);
    const [batch] = vendor.batches;
    expect(batch).toMatchObject({ place: 'azure', headers: { 'api-key': 'key-of-azure' } });
    expect(batch?.lines.map(({ body }) => body['model'])).toEqual(['our-batch', 'our-batch', 'our-batch']);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * costOf(1.25, 5), 12);
    await forgotten();
  }, 120_000);

  it('is asked for each line of a model without such a deployment', async () => {
    const over = await ended('azure/gpt-4.1', 1);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single']);
    expect(vendor.batches).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(costOf(2, 8), 12);
  }, 120_000);
});

describe('Groq', () => {
  it('is asked for the lines that its batch has not answered when it expired', async () => {
    vendor.ending = { status: 'expired', answered: 2 };
    const over = await ended('groq/openai/gpt-oss-20b', 3);
    // Its lines are in the order in which they have joined.
    const texts = textsOf(await batches.linesOf(over.output_file_id));
    expect(texts.map((text) => text.split(':')[0]).toSorted()).toEqual(['batched', 'batched', 'single']);
    expect(vendor.batches.map(({ place }) => place)).toEqual(['groq']);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * costOf(0.0375, 0.15) + costOf(0.075, 0.3), 12);
    await forgotten();
  }, 120_000);
});

describe('Alibaba', () => {
  it('runs a batch of each thinking mode, once though a hand-in was cut, at half the price', async () => {
    vendor.cutNext();
    const thinking = lineOf('line-2', {
      ...{ model: 'alibaba/qwen-plus', max_tokens: 200, enable_thinking: true },
      messages: [{ role: 'user', content: 'Hello line-2' }],
    });
    const over = await batches.ended((await batches.create([...linesOf('alibaba/qwen-plus', 2), thinking])).id);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual([
      ...['batched: Hello line-0', 'batched: Hello line-1', 'batched: Hello line-2'],
    ]);
    const modes = vendor.batches.map(({ lines }) => lines.map(({ body }) => body['enable_thinking']));
    expect(modes.toSorted((one, other) => one.length - other.length)).toEqual([[true], [undefined, undefined]]);
    expect(vendor.batches.map(({ place }) => place)).toEqual(['alibaba', 'alibaba']);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(3 * costOf(0.2, 0.6), 12);
    await forgotten();
  }, 120_000);

  it('is asked for each line of a model that has no batches', async () => {
    const over = await ended('alibaba/qwen-turbo', 1);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single']);
    expect(vendor.batches).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(costOf(0.05, 0.2), 12);
  }, 120_000);
});

describe('Together', () => {
  it('runs a batch of an offer that the operator has priced so, and is asked for the line that it left out', async () => {
    const id = await addOffer('together/meta-llama/Llama-3.3-70B-Instruct-Turbo', '0.88', '0.44');
    vendor.ending = { status: 'completed', answered: 2 };
    vendor.cutNext();
    const over = await ended(id, 3);
    const texts = textsOf(await batches.linesOf(over.output_file_id));
    expect(texts.map((text) => text.split(':')[0]).toSorted()).toEqual(['batched', 'batched', 'single']);
    expect(vendor.batches.map(({ place }) => place)).toEqual(['together']);
    expect(vendor.batches[0]?.lines.map(({ body }) => body['model'])).toEqual(
      Array.from({ length: 3 }, () => 'meta-llama/Llama-3.3-70B-Instruct-Turbo'),
    );
    expect(Number(over.cost_usd)).toBeCloseTo(2 * costOf(0.44, 0.44) + costOf(0.88, 0.88), 12);
    await forgotten();
  }, 120_000);

  it('is asked for each line of an offer of the catalogue, none of which has a price for batches', async () => {
    const over = await ended('together/Qwen/Qwen3.5-9B', 1);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single']);
    expect(vendor.batches).toEqual([]);
  }, 120_000);
});

describe('OpenRouter', () => {
  it('runs a batch of an offer that the operator has priced so, and is asked for the line that failed in it', async () => {
    const id = await addOffer('openrouter/maker/batched', '1', '0.5');
    vendor.ending = { status: 'completed', answered: 2 };
    const over = await ended(id, 3);
    const texts = textsOf(await batches.linesOf(over.output_file_id));
    expect(texts.map((text) => text.split(':')[0]).toSorted()).toEqual(['batched', 'batched', 'single']);
    expect(vendor.batches).toMatchObject([
      { place: 'openrouter', asked: { endpoint: '/v1/chat/completions', model: 'maker/batched' } },
    ]);
    expect(vendor.singles.map(([place]) => place)).toEqual(['openrouter']);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * costOf(0.5, 0.5) + costOf(1, 1), 12);
    await until('the batch to be deleted', async () =>
      vendor.batches[0]?.isDeleted === true ? true : { pending: 'it is there' },
    );
  }, 120_000);
});

describe('xAI', () => {
  it('answers in pages, once though the hand-in was cut, and fails the line that it refuses', async () => {
    vendor.script = ({ body }) => (textOf(body).endsWith('line-1') ? 400 : `batched: ${textOf(body)}`);
    vendor.cutNext();
    const over = await ended('xai/grok-4.3', 4);
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 4, completed: 3, failed: 1 } });
    expect(await batches.linesOf(over.error_file_id)).toMatchObject([
      { custom_id: 'line-1', response: { status_code: 400 } },
    ]);
    expect(vendor.batches.map(({ place }) => place)).toEqual(['xai']);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(3 * costOf(1, 2), 12);
    await forgotten();
  }, 120_000);

  it('is asked for each line of a batch that it has refused', async () => {
    vendor.ending = { status: 'failed' };
    const over = await ended('xai/grok-4.3', 2);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single', 'single']);
    expect(vendor.batches).toHaveLength(1);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * costOf(1.25, 2.5), 12);
  }, 120_000);
});

describe('OpenAI', () => {
  it('makes embeddings in a batch at half the price', async () => {
    const endpoint = '/v1/embeddings';
    const lines = ['a', 'b'].map((name) => ({
      ...{ custom_id: name, method: 'POST', url: endpoint },
      body: { model: 'openai/text-embedding-3-small', input: `Hello ${name}` },
    }));
    const over = await batches.ended((await batches.create(lines, { endpoint })).id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: name, response }) => [name, response.body.data[0].embedding])).toEqual([
      ['a', [0.25, -1]],
      ['b', [0.25, -1]],
    ]);
    expect(vendor.batches).toMatchObject([{ place: 'openai', asked: { endpoint } }]);
    expect(vendor.batches[0]?.lines[0]?.body).toMatchObject({ model: 'text-embedding-3-small' });
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo((2 * USAGE.input * 0.01) / 1e6, 12);
    await forgotten();
  }, 120_000);
});

describe('Voyage', () => {
  const endpoint = '/v1/embeddings';
  const embed = (name: string, body: object) => ({
    ...{ custom_id: name, method: 'POST', url: endpoint },
    body: { input: `Hello ${name}`, ...body },
  });

  it('runs a batch of each purpose, once though a hand-in was cut, at 67% of the price', async () => {
    vendor.cutNext();
    const model = 'voyage/voyage-4-lite';
    const lines = [
      ...[embed('a', { model, input_type: 'document' }), embed('b', { model, input_type: 'query' })],
      embed('c', { model, input_type: 'document' }),
    ];
    const over = await batches.ended((await batches.create(lines, { endpoint })).id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 3 } });
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: name, response }) => [name, response.body.data[0].embedding])).toEqual(
      ['a', 'b', 'c'].map((name) => [name, [0.25, -1]]),
    );
    expect(vendor.batches.map(({ asked, lines: taken }) => [asked['request_params'], taken.length])).toEqual(
      expect.arrayContaining([
        [{ model: 'voyage-4-lite', input_type: 'document' }, 2],
        [{ model: 'voyage-4-lite', input_type: 'query' }, 1],
      ]),
    );
    expect(vendor.batches.map(({ place }) => place)).toEqual(['voyage', 'voyage']);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo((3 * USAGE.input * 0.0134) / 1e6, 12);
    await forgotten();
  }, 120_000);

  it('is asked for each line of a model that has no batches', async () => {
    const lines = [embed('a', { model: 'voyage/voyage-code-4' })];
    const over = await batches.ended((await batches.create(lines, { endpoint })).id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 1 } });
    expect(vendor.batches).toEqual([]);
    expect(vendor.singles).toMatchObject([['voyage', { model: 'voyage-code-4' }]]);
    expect(Number(over.cost_usd)).toBeCloseTo((USAGE.input * 0.12) / 1e6, 12);
  }, 120_000);
});
