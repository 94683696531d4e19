import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import type { DeskBatch } from '../fake-vendor/batch-desk.js';
import { USAGE } from '../fake-vendor/batch-vendor.js';
import { startFireworksBatchVendor } from '../fake-vendor/fireworks-batches.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines that go to Fireworks together, as datasets of an account.

const MODEL = 'fireworks/minimax-m3';
/** Of what each answer takes, of which four tokens are cached: at 0.30, 0.06 and 1.20 USD a million by itself. */
const single = ((USAGE.input - 4) * 0.3 + 4 * 0.06 + USAGE.output * 1.2) / 1e6;
const batched = ((USAGE.input - 4) * 0.15 + 4 * 0.075 + USAGE.output * 0.6) / 1e6;

const vendor = await startFireworksBatchVendor();
const world = useWorld({
  env: {
    ...{ FIREWORKS_API_KEY: 'key-of-fireworks', SLUICE_FIREWORKS_ACCOUNT: 'our-account', SLUICE_BATCH_NATIVE: 'on' },
    SLUICE_FIREWORKS_BASE_URL: `${vendor.origin}/inference/v1`,
  },
});
const batches = createBatchTools(world);
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line-${index}`);
const create = async (count: number): Promise<string> =>
  (await batches.create(names(count).map((name) => lineOf(name, { model: MODEL, max_tokens: 200 })))).id;
const saidOf = ({ body }: DeskBatch['lines'][number]): string =>
  String((body['messages'] as readonly { readonly content: string }[])[0]?.content);
const textsOf = async (over: Parsed): Promise<readonly string[]> =>
  (await batches.linesOf(over.output_file_id)).map(({ response }) => response.body.choices[0].message.content);
const handedIn = async (): Promise<DeskBatch> => {
  await until('a job at the vendor', async () => (vendor.batches.length > 0 ? true : { pending: 'none' }), 60_000);
  return vendor.batches[0]!;
};
const untilForgotten = (): Promise<unknown> =>
  until('the datasets to be deleted', async () =>
    vendor.files.size === 0 ? true : { pending: [...vendor.files.keys()].join() },
  );

describe('a batch at Fireworks', () => {
  it('is one job, costs half, asks for the line that failed by itself, and leaves nothing', async () => {
    vendor.script = (line) => (saidOf(line).endsWith('line-1') ? 500 : `batched: ${saidOf(line)}`);
    const over = await batches.ended(await create(3));
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { total: 3, completed: 3 } });
    expect(await textsOf(over)).toEqual(['batched: Hello line-0', 'single', 'batched: Hello line-2']);
    expect(vendor.batches).toHaveLength(1);
    const { id, asked } = vendor.batches[0]!;
    expect(id).toMatch(/^sluice-vb-[0-9a-f]{32}$/);
    expect(asked).toMatchObject({ model: 'accounts/fireworks/models/minimax-m3', maxJobDuration: '43200s' });
    expect(vendor.singles).toMatchObject([{ model: 'accounts/fireworks/models/minimax-m3' }]);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * batched + single, 12);
    await untilForgotten();
    await until('the job to be', async () => (vendor.deleted.includes(id) ? true : { pending: id }));
  }, 120_000);

  it('is found by its id, and not handed in again, where the hand-in broke off after it was taken', async () => {
    vendor.trouble('cut');
    const over = await batches.ended(await create(2));
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    expect(vendor.batches).toHaveLength(1);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(2 * batched, 12);
    await untilForgotten();
  }, 120_000);

  it.each([
    ['failed at once', 'failed', 0],
    ['expired with half of its lines', 'expired', 1],
  ] as const)(
    'that %s is finished by its lines, at the full price',
    async (_, status, answered) => {
      vendor.hold();
      const id = await create(2);
      vendor.end(await handedIn(), { status, answered });
      const over = await batches.ended(id);
      expect((await textsOf(over)).filter((text) => text === 'single')).toHaveLength(2 - answered);
      expect(Number(over.cost_usd)).toBeCloseTo(answered * batched + (2 - answered) * single, 12);
      await untilForgotten();
    },
    120_000,
  );

  it('that is cancelled is deleted there, and pays for what was written by then', async () => {
    vendor.hold();
    const id = await create(2);
    const job = await handedIn();
    await world.post(`/v1/batches/${id}/cancel`, {});
    await until('the vendor to be told', async () => (vendor.cancels.length > 0 ? true : { pending: 'none' }), 60_000);
    vendor.end(job, { status: 'cancelled', answered: 1 });
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'cancelled', request_counts: { total: 2, completed: 1, failed: 1 } });
    expect(vendor.cancels).toEqual([job.id]);
    expect(vendor.singles).toEqual([]);
    expect(Number(over.cost_usd)).toBeCloseTo(batched, 12);
    await untilForgotten();
  }, 120_000);
});
