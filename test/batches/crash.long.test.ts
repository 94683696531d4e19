import { afterAll, describe, expect, it } from 'vitest';
import { stopStill } from '../chaos/stop-still.js';
import { until } from '../chaos/until.js';
import { type SpawnedFakeVendor, spawnFakeVendor } from '../fake-vendor/client.js';
import type { Parsed } from '../gateway/world.js';
import { isOver, lineOf } from './batch-world.js';
import { useCrashStack } from './crash-stack.js';

// Batches whose processes die under them: each line is asked of the vendor once, paid once, and written once.

const LINES = 120;
const model = 'openai/gpt-4o-mini';
let vendor: SpawnedFakeVendor;
const crash = useCrashStack(async () => {
  vendor = await spawnFakeVendor();
  return {
    OPENAI_API_KEY: 'sk-fake',
    SLUICE_OPENAI_BASE_URL: vendor.openaiBaseUrl,
    SLUICE_BATCH_LINES_AT_ONCE: '16',
    SLUICE_BATCH_NATIVE: 'off',
  };
});
afterAll(() => vendor?.close());

const names = Array.from({ length: LINES }, (_, index) => `line-${index}`);
const create = (): Promise<string> => crash.create(names.map((name) => lineOf(name, { model, max_tokens: 20 })));
const read = (id: string): Promise<Parsed> => crash.ask(`batches/${id}`);

async function reached(id: string, completed: number): Promise<void> {
  await until(`line ${completed}`, async () => {
    const { request_counts: counts } = await read(id);
    return counts.completed >= completed ? true : { pending: JSON.stringify(counts) };
  });
}

/** Lines by what they are in: every one in one of the two files, and none twice. */
async function written({
  output_file_id: output,
  error_file_id: errors,
}: Parsed): Promise<{ ok: string[]; failed: string[] }> {
  const idsIn = async (id: string | null): Promise<string[]> => {
    if (id === null) return [];
    const text = await crash.read(`files/${id}/content`);
    return text
      .trimEnd()
      .split('\n')
      .map((line): Parsed => JSON.parse(line))
      .map(({ custom_id: id }: Parsed): string => id);
  };
  return { ok: await idsIn(output), failed: await idsIn(errors) };
}

async function expectEachOnce(batch: Parsed): Promise<void> {
  const { ok, failed } = await written(batch);
  expect([...ok, ...failed].toSorted()).toEqual(names.toSorted());
  expect(batch.request_counts).toEqual({ total: LINES, completed: ok.length, failed: failed.length });
  const jobs = await crash.database.query<{ count: bigint }>({
    text: 'SELECT count(*) FROM jobs.jobs WHERE batch_id = $1',
    values: [batch.id],
  });
  expect(Number(jobs[0]?.count)).toBe(LINES);
  // What was on its way to the vendor when its process died is never asked again, and nothing is asked twice.
  expect((await vendor.log()).length).toBeLessThanOrEqual(LINES);
  const told = `SELECT 1 FROM requests.outbox WHERE payload->>'id' = $1 AND type LIKE 'batch.%'`;
  expect(await crash.database.query({ text: told, values: [batch.id] })).toHaveLength(1);
  await crash.expectClean();
}

describe('kill -9 of the gateway', () => {
  it('again and again while lines are submitted leaves each line with one job, one settlement and one result', async () => {
    await vendor.reset();
    const id = await create();
    for (const completed of [1, 30, 60]) {
      await reached(id, completed);
      await crash.killGateway();
    }
    const over = await crash.ended(id);
    expect(over.status).toBe('completed');
    await expectEachOnce(over);
  }, 400_000);

  it('while the results are written leaves one file of each', async () => {
    await vendor.reset();
    const id = await create();
    await until(
      'the writing',
      async () => {
        const { status } = await read(id);
        return status === 'finalizing' || isOver(status) ? true : { pending: status };
      },
      240_000,
    );
    await crash.killGateway();
    const over = await crash.ended(id);
    await expectEachOnce(over);
    const files = await crash.ask('files?purpose=batch_output');
    const own = files.data.filter(({ filename }: Parsed) => filename.startsWith(id));
    expect(own).toHaveLength(over.error_file_id === null ? 1 : 2);
  }, 400_000);
});

describe('a Temporal that stands still', () => {
  it('keeps no batch from being accepted, which runs once it is back', async () => {
    await vendor.reset();
    const pid = crash.stack.pids().temporal ?? 0;
    await stopStill(pid);
    const id = await create().finally(() => process.kill(pid, 'SIGCONT'));
    // Started by whoever sweeps, as nothing has looked after it for a while.
    await crash.database.query({
      text: `UPDATE jobs.batches SET looked_at = now() - interval '3 minutes' WHERE id = $1`,
      values: [id],
    });
    const over = await crash.ended(id);
    expect(over.request_counts).toEqual({ total: LINES, completed: LINES, failed: 0 });
    await expectEachOnce(over);
  }, 400_000);
});
