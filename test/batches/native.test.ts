import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openaiModel, type Parsed, useWorld } from '../gateway/world.js';
import { startBatchVendor, textOf, USAGE } from '../fake-vendor/batch-vendor.js';
import { until } from '../chaos/until.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines that go to their vendor together, in its own batch at half the price, and what happens where that does not work out.

const vendor = await startBatchVendor();
const world = useWorld({
  vendors: { openaiBaseUrl: `${vendor.origin}/v1`, anthropicBaseUrl: vendor.origin },
  env: { SLUICE_BATCH_NATIVE: 'on', SLUICE_BATCH_LINES_AT_ONCE: '4' },
});
const batches = createBatchTools(world);
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());

const line = (name: string, body: object = {}): object =>
  lineOf(name, {
    model: openaiModel,
    max_tokens: 200,
    messages: [{ role: 'user', content: `Hello ${name}` }],
    ...body,
  });
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line-${index}`);
const textsOf = (lines: readonly Parsed[]): readonly string[] =>
  lines.map(({ response }) => response.body.choices[0].message.content);
const jobsOf = async (batchId: string): Promise<readonly Parsed[]> =>
  (await world.get(`/v1/jobs?batch_id=${batchId}&order=asc&limit=100`)).body.data;
/** Of the usage that the vendor tells, at 0.15 and 0.60 USD a million tokens. */
const fullPrice = (USAGE.input * 0.15 + USAGE.output * 0.6) / 1e6;

describe('a batch of a model whose vendor has batches', () => {
  it('is handed in as one, answers each line by its name, and costs half, once', async () => {
    const wanted = names(10);
    const over = await batches.ended((await batches.create(wanted.map((name) => line(name)))).id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { total: 10, completed: 10 } });
    // More lines than run at once, because those that wait at the vendor take no place.
    expect(vendor.batches).toHaveLength(1);
    expect(vendor.batches[0]).toMatchObject({ endpoint: '/v1/chat/completions' });
    expect(vendor.batches[0]?.lines.map(({ body }) => textOf(body)).toSorted()).toEqual(
      wanted.map((name) => `Hello ${name}`),
    );
    expect(vendor.batches[0]?.lines[0]?.body).toMatchObject({ model: 'gpt-4o-mini', stream: false });
    expect(vendor.singles).toEqual([]);
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: id }) => id)).toEqual(wanted);
    expect(textsOf(written)).toEqual(wanted.map((name) => `batched: Hello ${name}`));
    expect(Number(over.cost_usd)).toBeCloseTo((10 * fullPrice) / 2, 12);
    // Each is settled and recorded by itself.
    const jobs = await jobsOf(over.id);
    expect(jobs.map(({ status, cost_usd: usd }) => [status, Number(usd)])).toEqual(
      jobs.map(() => ['succeeded', fullPrice / 2]),
    );
    const request = (await world.get(`/v1/requests/${jobs[0]?.id}`)).body;
    expect(request.attempts).toHaveLength(1);
    expect(request.attempts[0]).toMatchObject({ status: 'answered', tier: 'batch' });
    // Nothing is left of what was said, neither here nor at the vendor.
    await until('the vendor to be told to forget', async () =>
      vendor.fileIds.length === 0 ? true : { pending: vendor.fileIds.join() },
    );
    expect(await world.rows('SELECT request_id FROM jobs.vendor_batch_lines')).toEqual([]);
  }, 120_000);
});
