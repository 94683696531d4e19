import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { until } from '../chaos/until.js';
import { type BatchVendor, startBatchVendor } from '../fake-vendor/batch-vendor.js';
import type { Parsed } from '../gateway/world.js';
import { isOver, lineOf } from './batch-world.js';

// Vendors' batches whose gateway dies under them: the vendor has one, and each line is paid once.

const LINES = 20;
const model = 'openai/gpt-4o-mini';
let folder: string;
let vendor: BatchVendor;
let stack: Stack;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-native-crash-'));
  await chmod(folder, 0o711);
  vendor = await startBatchVendor();
  stack = await startStack({
    dataDir: join(folder, 'data'),
    durable: false,
    env: { OPENAI_API_KEY: 'sk-fake', SLUICE_OPENAI_BASE_URL: `${vendor.origin}/v1` },
  });
  database = createDatabase({ url: stack.databaseUrl, connections: 2, onError: () => {} });
}, 180_000);
beforeEach(() => vendor.reset());
afterAll(async () => {
  await database?.close();
  await stack?.stop();
  await vendor?.close();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

async function ask(path: string, body?: object): Promise<Parsed> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${stack.baseUrl}/v1/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${stack.apiKey}`,
      ...(body && !isForm && { 'content-type': 'application/json' }),
    },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  });
  return response.json();
}

async function create(): Promise<string> {
  const form = new FormData();
  form.append('purpose', 'batch');
  const lines = Array.from({ length: LINES }, (_, index) => lineOf(`line-${index}`, { model, max_tokens: 200 }));
  form.append('file', new Blob([lines.map((line) => JSON.stringify(line)).join('\n')]), 'lines.jsonl');
  const { id } = await ask('files', form);
  const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' };
  return (await ask('batches', asked)).id;
}

async function killGateway(): Promise<void> {
  await stack.kill('gateway');
  await stack.waitReady();
}

/** Every line answered by the one batch, and nothing open. */
async function expectDoneOnce(id: string): Promise<void> {
  await until(
    `the end of ${id}`,
    async () => {
      const { status, request_counts: counts } = await ask(`batches/${id}`);
      return isOver(status) ? true : { pending: `${status} ${JSON.stringify(counts)}` };
    },
    240_000,
  );
  const over = await ask(`batches/${id}`);
  expect(over).toMatchObject({ status: 'completed', request_counts: { total: LINES, completed: LINES, failed: 0 } });
  expect(vendor.batches).toHaveLength(1);
  expect(vendor.batches[0]?.lines).toHaveLength(LINES);
  expect(vendor.singles).toEqual([]);
  // Ten tokens of input and a hundred of output each, at half of 0.15 and 0.60 USD a million.
  expect(Number(over.cost_usd)).toBeCloseTo((LINES * (10 * 0.075 + 100 * 0.3)) / 1e6, 12);
  expect(await database.query({ text: 'SELECT id FROM ledger.accounts WHERE debits_pending <> 0' })).toEqual([]);
  expect(await audit(database)).toEqual([]);
}

describe('kill -9 of the gateway', () => {
  it('between the acceptance by the vendor and its record finds the batch, and hands nothing in again', async () => {
    vendor.trouble('stand');
    const id = await create();
    await until('the hand-in', async () => (vendor.batches.length > 0 ? true : { pending: 'none' }), 120_000);
    await killGateway();
    await expectDoneOnce(id);
  }, 400_000);

  it('while lines join, and while the vendor works, leaves each line with one answer', async () => {
    vendor.hold();
    const id = await create();
    await until(
      'some lines to wait',
      async () => {
        const rows = await database.query({ text: 'SELECT 1 FROM jobs.vendor_batch_lines' });
        return rows.length > 2 ? true : { pending: `${rows.length}` };
      },
      120_000,
    );
    await killGateway();
    await until('the hand-in', async () => (vendor.batches.length > 0 ? true : { pending: 'none' }), 120_000);
    const [batch] = vendor.batches;
    if (batch) vendor.end(batch);
    await killGateway();
    await expectDoneOnce(id);
  }, 400_000);
});
