import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { type BatchVendor, startBatchVendor } from '../fake-vendor/batch-vendor.js';
import { lineOf } from './batch-world.js';
import { useCrashStack } from './crash-stack.js';

// Vendors' batches whose gateway dies under them: the vendor has one, and each line is paid once.

const LINES = 20;
const model = 'openai/gpt-4o-mini';
let vendor: BatchVendor;
const crash = useCrashStack(async () => {
  vendor = await startBatchVendor();
  return { OPENAI_API_KEY: 'sk-fake', SLUICE_OPENAI_BASE_URL: `${vendor.origin}/v1` };
});
beforeEach(() => vendor.reset());
afterAll(() => vendor?.close());

const create = (): Promise<string> =>
  crash.create(Array.from({ length: LINES }, (_, index) => lineOf(`line-${index}`, { model, max_tokens: 200 })));

/** Every line answered by the one batch, and nothing open. */
async function expectDoneOnce(id: string): Promise<void> {
  const over = await crash.ended(id);
  expect(over).toMatchObject({ status: 'completed', request_counts: { total: LINES, completed: LINES, failed: 0 } });
  expect(vendor.batches).toHaveLength(1);
  expect(vendor.batches[0]?.lines).toHaveLength(LINES);
  expect(vendor.singles).toEqual([]);
  // Ten tokens of input and a hundred of output each, at half of 0.15 and 0.60 USD a million.
  expect(Number(over.cost_usd)).toBeCloseTo((LINES * (10 * 0.075 + 100 * 0.3)) / 1e6, 12);
  await crash.expectClean();
}

describe('kill -9 of the gateway', () => {
  it('between the acceptance by the vendor and its record finds the batch, and hands nothing in again', async () => {
    vendor.trouble('stand');
    const id = await create();
    await until('the hand-in', async () => (vendor.batches.length > 0 ? true : { pending: 'none' }), 120_000);
    await crash.killGateway();
    await expectDoneOnce(id);
  }, 400_000);

  it('while lines join, and while the vendor works, leaves each line with one answer', async () => {
    vendor.hold();
    const id = await create();
    await until(
      'some lines to wait',
      async () => {
        const rows = await crash.database.query({ text: 'SELECT 1 FROM jobs.vendor_batch_lines' });
        return rows.length > 2 ? true : { pending: `${rows.length}` };
      },
      120_000,
    );
    await crash.killGateway();
    await until('the hand-in', async () => (vendor.batches.length > 0 ? true : { pending: 'none' }), 120_000);
    const [batch] = vendor.batches;
    if (batch) vendor.end(batch);
    await crash.killGateway();
    await expectDoneOnce(id);
  }, 400_000);
});
