import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { startBatchVendor, textOf, USAGE } from '../fake-vendor/batch-vendor.js';
import { openaiModel, type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines in their vendor's batch, where windows are short and answers are many.

const vendor = await startBatchVendor();
const world = useWorld({
  vendors: { openaiBaseUrl: `${vendor.origin}/v1` },
  env: { SLUICE_BATCH_NATIVE: 'on', SLUICE_BATCH_NATIVE_FROM_MS: '5000' },
});
const batches = createBatchTools(world);
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());

const lines = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) =>
    lineOf(`line-${index}`, {
      model: openaiModel,
      max_tokens: 200,
      messages: [{ role: 'user', content: `Say ${index}` }],
    }),
  );
/** Of the usage that the vendor tells, at half of 0.15 and 0.60 USD a million tokens. */
const halfPrice = (USAGE.input * 0.075 + USAGE.output * 0.3) / 1e6;

describe('a batch at its vendor', () => {
  it('whose window is over is stopped there, and pays half for what was done by then', async () => {
    vendor.hold();
    const { id, native } = await batches.create(lines(3), { completion_window: '12s' });
    expect(native).toBe(true);
    await until('the hand-in', async () => (vendor.batches.length > 0 ? true : { pending: 'none' }), 30_000);
    expect(vendor.cancels).toEqual([]);
    await until('the vendor to be told', async () => (vendor.cancels.length > 0 ? true : { pending: 'none' }), 60_000);
    // It takes its time, and the batch ends no sooner.
    expect((await batches.read(id)).status).toBe('in_progress');
    vendor.end(vendor.batches[0]!, { status: 'cancelled', answered: 1 });
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'expired', request_counts: { total: 3, completed: 1, failed: 2 } });
    expect(vendor.cancels).toEqual([vendor.batches[0]?.id]);
    // In no window is anything left for a line by itself.
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(halfPrice, 12);
    const failed = await batches.linesOf(over.error_file_id);
    expect(failed.map(({ error }: Parsed) => error?.code)).toEqual(['batch_expired', 'batch_expired']);
  }, 120_000);

  it('of more answers than are kept at once brings each to its own line', async () => {
    const filler = 'a'.repeat(4_000);
    vendor.script = ({ body }) => `${textOf(body)} ${filler}`;
    const over = await batches.ended((await batches.create(lines(120))).id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { total: 120, completed: 120 } });
    expect(vendor.batches.map(({ lines: taken }) => taken.length)).toEqual([120]);
    const written = await batches.linesOf(over.output_file_id);
    const said = written.map(({ custom_id: name, response }) => [name, response.body.choices[0].message.content]);
    expect(said).toEqual(Array.from({ length: 120 }, (_, index) => [`line-${index}`, `Say ${index} ${filler}`]));
    expect(Number(over.cost_usd)).toBeCloseTo(120 * halfPrice, 12);
    expect(vendor.singles).toEqual([]);
  }, 120_000);
});
