import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { BatchDesk, DeskBatch } from '../fake-vendor/batch-desk.js';
import { USAGE } from '../fake-vendor/batch-vendor.js';
import { GOOGLE_USAGE, startGoogleBatchVendor } from '../fake-vendor/google-batches.js';
import { startMistralBatchVendor } from '../fake-vendor/mistral-batches.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines that go to Google and Mistral together, each in its own form: at half the price, once, whatever happens on the way.

const [google, mistral] = await Promise.all([startGoogleBatchVendor(), startMistralBatchVendor()]);
const world = useWorld({
  env: {
    ...{ SLUICE_BATCH_NATIVE: 'on', GEMINI_API_KEY: 'key-of-google', MISTRAL_API_KEY: 'key-of-mistral' },
    ...{ SLUICE_GOOGLE_BASE_URL: google.origin, SLUICE_MISTRAL_BASE_URL: `${mistral.origin}/v1` },
  },
});
const batches = createBatchTools(world);
beforeEach(() => {
  google.reset();
  mistral.reset();
});
afterAll(() => Promise.all([google.close(), mistral.close()]));

interface Vendor {
  readonly desk: BatchDesk;
  readonly model: string;
  /** Of what each answer takes, by itself, in USD. */
  readonly price: number;
  /** How it refuses a request. */
  readonly refusal: number;
  readonly asked: object;
}

const vendors: readonly (readonly [string, Vendor])[] = [
  [
    'Google',
    {
      ...{ desk: google, model: 'google/gemini-3.8-flash', refusal: 3 },
      // 0.75 and 3.75 USD a million tokens, thoughts too.
      price: (GOOGLE_USAGE.input * 0.75 + (GOOGLE_USAGE.thoughts + GOOGLE_USAGE.output) * 3.75) / 1e6,
      asked: { model: 'gemini-3.8-flash', displayName: expect.stringMatching(/^vb_/) },
    },
  ],
  [
    'Mistral',
    {
      ...{ desk: mistral, model: 'mistral/mistral-small-latest', refusal: 422 },
      // 0.15 and 0.60 USD a million tokens.
      price: (USAGE.input * 0.15 + USAGE.output * 0.6) / 1e6,
      asked: {
        ...{ model: 'mistral-small-latest', endpoint: '/v1/chat/completions' },
        metadata: { sluice_batch: expect.stringMatching(/^vb_/) },
      },
    },
  ],
];

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line-${index}`);
const create = (model: string, count: number): Promise<Parsed> =>
  batches.create(names(count).map((name) => lineOf(name, { model, max_tokens: 200 })));
const textsOf = (lines: readonly Parsed[]): readonly string[] =>
  lines.map(({ response }) => response.body.choices[0].message.content);

async function handedIn(desk: BatchDesk): Promise<DeskBatch> {
  await until('a batch at the vendor', async () => (desk.batches.length > 0 ? true : { pending: 'none' }), 60_000);
  return desk.batches[0] as DeskBatch;
}

async function forgotten({ batches: taken, deleted, files }: BatchDesk): Promise<void> {
  const isLeft = (name: string): boolean => !name.startsWith('files/batch-');
  await until('the vendor to be told to forget', async () =>
    deleted.includes(taken[0]?.id ?? '') && ![...files.keys()].some(isLeft)
      ? true
      : { pending: [...files.keys(), ...deleted].join() },
  );
}

describe.each(vendors)('a batch at %s', (_, { desk, model, price, refusal, asked }) => {
  it('is handed in as one, answers each line by its name, and costs half, once', async () => {
    desk.script = ({ customId, body }) =>
      JSON.stringify(body).includes('Hello line-1') ? refusal : `batched: ${customId}`;
    const over = await batches.ended((await create(model, 4)).id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { completed: 3, failed: 1 } });
    expect(desk.batches).toHaveLength(1);
    expect(desk.batches[0]).toMatchObject({ asked, lines: { length: 4 } });
    expect(desk.singles).toEqual([]);
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: id }) => id)).toEqual(['line-0', 'line-2', 'line-3']);
    for (const { response } of written) {
      expect(response.body.choices[0].message.content).toBe(`batched: ${response.request_id}-1`);
    }
    const [failed] = await batches.linesOf(over.error_file_id);
    expect(failed).toMatchObject({ custom_id: 'line-1', response: { status_code: 400 } });
    expect(Number(over.cost_usd)).toBeCloseTo((3 * price) / 2, 12);
    await forgotten(desk);
    expect(await world.rows('SELECT request_id FROM jobs.vendor_batch_lines')).toEqual([]);
  }, 120_000);

  it('is looked for, and not handed in again, where the hand-in broke off after it was taken', async () => {
    desk.trouble('cut');
    const over = await batches.ended((await create(model, 2)).id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    expect(desk.batches).toHaveLength(1);
    expect(desk.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(price, 12);
  }, 120_000);

  it('is finished by its lines, at the full price, where it has expired', async () => {
    desk.hold();
    const { id } = await create(model, 3);
    desk.end(await handedIn(desk), { status: 'expired', answered: 1 });
    const over = await batches.ended(id);
    const texts = textsOf(await batches.linesOf(over.output_file_id));
    // Google has no answers of a batch that has expired.
    const singles = desk === google ? 3 : 2;
    expect(texts.filter((text) => text === 'single')).toHaveLength(singles);
    expect(Number(over.cost_usd)).toBeCloseTo(singles * price + (3 - singles) * (price / 2), 12);
  }, 120_000);

  it('pays for what was done where it has ended a moment before it is cancelled', async () => {
    desk.hold();
    desk.cancelsTooLate = true;
    const { id } = await create(model, 2);
    await handedIn(desk);
    await world.post(`/v1/batches/${id}/cancel`, {});
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'cancelled', request_counts: { total: 2, completed: 2 } });
    expect(desk.cancels).toHaveLength(1);
    expect(Number(over.cost_usd)).toBeCloseTo(price, 12);
  }, 120_000);
});

describe('embeddings at Mistral', () => {
  it('are made in a batch at half the price, each line’s its own', async () => {
    const endpoint = '/v1/embeddings';
    const inputs: readonly (readonly [string, string | readonly string[]])[] = [
      ['one', 'four'],
      ['two', ['a', 'bcd']],
      ['refused', 'no'],
    ];
    mistral.script = ({ body }) => (JSON.stringify(body).includes('"no"') ? 422 : '');
    const lines = inputs.map(([name, input]) => ({
      ...{ custom_id: name, method: 'POST', url: endpoint },
      body: { model: 'mistral/mistral-embed', input },
    }));
    const over = await batches.ended((await batches.create(lines, { endpoint })).id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { completed: 2, failed: 1 } });
    expect(mistral.batches).toMatchObject([{ asked: { model: 'mistral-embed', endpoint }, lines: { length: 3 } }]);
    expect(mistral.singles).toEqual([]);
    const written = await batches.linesOf(over.output_file_id);
    const vectors = written.map(({ response }) => response.body.data.map(({ embedding }: Parsed) => embedding));
    expect(vectors).toEqual([
      [[0.5, 4]],
      [
        [0.5, 1],
        [0.5, 3],
      ],
    ]);
    // 0.10 USD a million tokens.
    expect(Number(over.cost_usd)).toBeCloseTo((2 * USAGE.input * 0.05) / 1e6, 12);
    expect(written[0]?.response.body.usage).toMatchObject({ prompt_tokens: USAGE.input });
    await forgotten(mistral);
  }, 120_000);
});

describe('embeddings at Google', () => {
  it('go in a batch of their own at half the price, but for several of one line, which are asked for by themselves', async () => {
    const endpoint = '/v1/embeddings';
    const line = (name: string, input: string | readonly string[]): object => ({
      ...{ custom_id: name, method: 'POST', url: endpoint },
      body: { model: 'google/gemini-embedding-2', input, dimensions: 768 },
    });
    const lines = [
      line('one', 'Hello from one'),
      line('several', ['Hi from several', 'And once more']),
      line('other', 'Goodbye from the other'),
    ];
    const over = await batches.ended((await batches.create(lines, { endpoint })).id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { completed: 3 } });
    const written = await batches.linesOf(over.output_file_id);
    expect(
      written.map(({ custom_id: name, response: { body } }) => [
        name,
        body.data.map(({ embedding }: Parsed) => embedding),
        body.usage.prompt_tokens,
      ]),
    ).toEqual([
      ['one', [['Hello from one'.length, -0.5]], GOOGLE_USAGE.input],
      [
        'several',
        [
          ['Hi from several'.length, -0.5],
          ['And once more'.length, -0.5],
        ],
        2 * GOOGLE_USAGE.input,
      ],
      ['other', [['Goodbye from the other'.length, -0.5]], GOOGLE_USAGE.input],
    ]);
    const asked = { model: 'gemini-embedding-2', method: 'asyncBatchEmbedContent' };
    expect(google.batches).toMatchObject([{ asked, lines: { length: 2 } }]);
    expect(google.batches[0]?.lines.map(({ body }) => body)).toContainEqual({
      ...{ model: 'models/gemini-embedding-2', outputDimensionality: 768 },
      content: { parts: [{ text: 'Hello from one' }] },
    });
    expect(google.singles).toMatchObject([{ requests: { length: 2 } }]);
    // 0.20 USD a million tokens, of which the two of the batch are at half.
    expect(Number(over.cost_usd)).toBeCloseTo(((2 * 0.1 + 2 * 0.2) * GOOGLE_USAGE.input) / 1e6, 12);
    await forgotten(google);
  }, 120_000);
});

describe('a batch that Google refuses', () => {
  it('is asked for by its lines', async () => {
    google.hold();
    const { id } = await create('google/gemini-3.8-flash', 2);
    google.end(await handedIn(google), { status: 'failed' });
    const over = await batches.ended(id);
    expect(textsOf(await batches.linesOf(over.output_file_id))).toEqual(['single', 'single']);
    const jobs = (await world.get(`/v1/jobs?batch_id=${id}`)).body.data;
    const { attempts } = (await world.get(`/v1/requests/${jobs[0].id}`)).body;
    expect(attempts.map(({ tier, failure }: Parsed) => [tier, failure])).toEqual([
      ['batch', 'rate_limited'],
      [null, null],
    ]);
  }, 120_000);
});
