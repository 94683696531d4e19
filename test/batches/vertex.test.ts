import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { COUNTED, lastSaid, startVertexBatchVendor, type TakenPrediction } from '../fake-vendor/vertex-batch-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines that go to Vertex AI together, by files in Cloud Storage.

const GEMINI = 'vertex/gemini-3-flash-preview';
/** Of the tokens that the vendor counts, at 0.50 and 3 USD a million. */
const fullPrice = (COUNTED.input * 0.5 + COUNTED.output * 3) / 1e6;

const vendor = await startVertexBatchVendor();
const world = useWorld({
  env: {
    ...{ SLUICE_VERTEX_PROJECT: 'my-project', SLUICE_VERTEX_LOCATION: 'europe-west4', SLUICE_BATCH_NATIVE: 'on' },
    ...{ SLUICE_VERTEX_BASE_URL: vendor.origin, SLUICE_VERTEX_ACCESS_TOKEN: 'ya29.token' },
    ...{ SLUICE_VERTEX_BATCH_BUCKET: 'gs://my-bucket/of-sluice', SLUICE_VERTEX_BATCH_STORAGE_URL: vendor.origin },
  },
});
const batches = createBatchTools(world);
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line-${index}`);
const create = async (count: number, model = GEMINI): Promise<string> =>
  (await batches.create(names(count).map((name) => lineOf(name, { model, max_tokens: 200 })))).id;
const textsOf = async (over: Parsed): Promise<readonly string[]> =>
  (await batches.linesOf(over.output_file_id)).map(({ response }) => response.body.choices[0].message.content);
const handedIn = async (): Promise<TakenPrediction> => {
  await until('a job at the vendor', async () => (vendor.jobs.length > 0 ? true : { pending: 'none' }), 60_000);
  return vendor.jobs[0]!;
};
const untilForgotten = (): Promise<unknown> =>
  until('an empty bucket, and no job', async () =>
    vendor.objects.size + vendor.jobs.length === 0 ? true : { pending: [...vendor.objects.keys()].join() },
  );

describe('a batch of Vertex AI', () => {
  it('is one job, knows each line of Gemini’s by a label, fails what is refused, costs half, and leaves nothing', async () => {
    vendor.script = ({ request }) => (lastSaid(request).endsWith('line-1') ? 400 : lastSaid(request));
    vendor.hold();
    const id = await create(3);
    const job = await handedIn();
    expect(job.body).toMatchObject({ model: 'publishers/google/models/gemini-3-flash-preview' });
    const lines = vendor.linesOf(job);
    expect(lines.map(({ request }) => lastSaid(request)).toSorted()).toEqual(names(3).map((name) => `Hello ${name}`));
    vendor.end(job, 'JOB_STATE_SUCCEEDED');
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { completed: 2, failed: 1 } });
    expect(await textsOf(over)).toEqual(['Hello line-0', 'Hello line-2']);
    const [failed] = await batches.linesOf(over.error_file_id);
    expect(failed).toMatchObject({ custom_id: 'line-1', response: { status_code: 400 } });
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
    expect(vendor.singles).toEqual([]);
    await untilForgotten();
  }, 120_000);

  it('of Claude is in Anthropic’s format, by names', async () => {
    vendor.hold();
    const id = await create(2, 'vertex/claude-sonnet-5-5');
    const job = await handedIn();
    expect(job.body).toMatchObject({ model: 'publishers/anthropic/models/claude-sonnet-5-5' });
    const [line] = vendor.linesOf(job);
    expect(line?.custom_id).toMatch(/^req_[0-9a-f]{32}-1$/);
    expect(line?.request).toMatchObject({ anthropic_version: 'vertex-2023-10-16', max_tokens: 200 });
    expect(line?.request).not.toHaveProperty('stream');
    vendor.end(job, 'JOB_STATE_SUCCEEDED');
    expect(await textsOf(await batches.ended(id))).toEqual(names(2).map((name) => `batched: Hello ${name}`));
  }, 120_000);

  it.each([
    ['failed at once', 'JOB_STATE_FAILED', 0],
    ['expired with half of its lines', 'JOB_STATE_EXPIRED', 1],
  ] as const)(
    'that %s is finished by its lines, at the full price',
    async (_, state, answered) => {
      vendor.hold();
      const id = await create(2);
      vendor.end(await handedIn(), state, answered);
      const over = await batches.ended(id);
      const texts = await textsOf(over);
      expect(texts.filter((text) => text === 'single')).toHaveLength(2 - answered);
      expect(Number(over.cost_usd)).toBeCloseTo(answered * (fullPrice / 2) + (2 - answered) * fullPrice, 12);
      await untilForgotten();
    },
    120_000,
  );

  it('is found by its name, and not handed in again, where the hand-in broke off after it was taken', async () => {
    vendor.hold();
    vendor.trouble('cut');
    const id = await create(2);
    vendor.end(await handedIn(), 'JOB_STATE_SUCCEEDED');
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
    expect(vendor.singles).toEqual([]);
  }, 120_000);

  it('that is cancelled is cancelled there, and pays for what was done by then', async () => {
    vendor.hold();
    const id = await create(2);
    const job = await handedIn();
    await world.post(`/v1/batches/${id}/cancel`, {});
    await until('the vendor to be told', async () => (vendor.cancels.length > 0 ? true : { pending: 'none' }), 60_000);
    vendor.end(job, 'JOB_STATE_CANCELLED', 1);
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'cancelled', request_counts: { total: 2, completed: 1, failed: 1 } });
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice / 2, 12);
  }, 120_000);
});
