import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { stopStill } from '../chaos/stop-still.js';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { type SpawnedFakeVendor, spawnFakeVendor } from '../fake-vendor/client.js';
import { fakeMarker } from '../fake-vendor/instructions.js';

// Jobs whose processes die under them: `kill -9` of the gateway, and a Temporal that stands still as one is submitted.

const model = 'openai/gpt-4o-mini';
const patienceMs = 120_000;

interface Job {
  readonly id: string;
  readonly status: string;
  readonly partial: boolean;
  readonly cost_usd: string | null;
  readonly error: { readonly code: string } | null;
}

let folder: string;
let vendor: SpawnedFakeVendor;
let stack: Stack;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-job-crash-'));
  await chmod(folder, 0o711);
  vendor = await spawnFakeVendor();
  stack = await startStack({
    dataDir: join(folder, 'data'),
    durable: false,
    env: { OPENAI_API_KEY: 'sk-fake', SLUICE_OPENAI_BASE_URL: vendor.openaiBaseUrl, SLUICE_JOB_SLOTS: '1' },
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

const headers = () => ({ authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' });

async function submit(behaviour?: Behaviour, more: object = {}): Promise<string> {
  const content = behaviour === undefined ? 'Hello' : `Hello ${fakeMarker(behaviour)}`;
  const response = await fetch(`${stack.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...headers(), prefer: 'respond-async' },
    body: JSON.stringify({ model, max_tokens: 50, messages: [{ role: 'user', content }], ...more }),
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as Job).id;
}

async function read(id: string): Promise<Job> {
  const response = await fetch(`${stack.baseUrl}/v1/jobs/${id}`, { headers: headers() });
  return (await response.json()) as Job;
}

async function ended(id: string): Promise<Job> {
  let job: Job | undefined;
  await until(
    `the end of ${id}`,
    async () => {
      job = await read(id);
      return job.cost_usd === null ? { pending: job.status } : true;
    },
    patienceMs,
  );
  return job!;
}

/** One end and one movement of money each, nothing held, and books that balance. */
async function expectOneEndOf(id: string): Promise<void> {
  const text = `SELECT type FROM jobs.events WHERE request_id = $1 AND type ~ '(succeeded|failed|canceled|expired)$'`;
  expect(await database.query({ text, values: [id] })).toHaveLength(1);
  const told = `SELECT type FROM requests.outbox WHERE request_id = $1 AND type ~ '^job.(succeeded|failed|canceled|expired)$'`;
  expect(await database.query({ text: told, values: [id] })).toHaveLength(1);
  const held = 'SELECT id FROM ledger.accounts WHERE debits_pending <> 0';
  expect(await database.query({ text: held })).toEqual([]);
  expect(await audit(database)).toEqual([]);
}

describe('kill -9 of the gateway', () => {
  it('while the vendor is at work on a plain job releases it, and calls nobody again', async () => {
    const id = await submit({ behaviour: 'hold', afterBytes: 'headers' });
    await vendor.waitForHeld(1);
    await stack.kill('gateway');
    await vendor.release('all');
    await stack.waitReady();
    expect(await ended(id)).toMatchObject({ status: 'failed', partial: false, cost_usd: '0' });
    expect(await vendor.log()).toHaveLength(1);
    await expectOneEndOf(id);
    const result = await fetch(`${stack.baseUrl}/v1/jobs/${id}/result`, { headers: headers() });
    expect(result.status).toBeGreaterThanOrEqual(500);
  }, 180_000);

  it('in mid-stream settles what was counted, and keeps it for the result', async () => {
    const id = await submit({ behaviour: 'hold', afterEvents: 6 }, { stream: true });
    await vendor.waitForHeld(1);
    const counted = `SELECT 1 FROM requests.attempts WHERE request_id = $1 AND checkpoint IS NOT NULL`;
    await until('a checkpoint', async () => {
      const rows = await database.query({ text: counted, values: [id] });
      return rows.length === 1 ? true : { pending: 'none yet' };
    });
    await stack.kill('gateway');
    await vendor.release('all');
    await stack.waitReady();
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'failed', partial: true });
    expect(Number(job.cost_usd)).toBeGreaterThan(0);
    await expectOneEndOf(id);
    const result = await fetch(`${stack.baseUrl}/v1/jobs/${id}/result`, { headers: headers() });
    const text = await result.text();
    expect(text).toContain('"content"');
    expect(text).not.toContain('[DONE]');
  }, 180_000);

  it('leaves a job that stands in line where it is, and it has its answer', async () => {
    const first = await submit({ behaviour: 'hold', afterBytes: 'headers' });
    await vendor.waitForHeld(1);
    const second = await submit();
    await until('its reservation', async () => {
      const text = `SELECT 1 FROM requests.requests WHERE id = $1 AND state = 'reserved'`;
      const rows = await database.query({ text, values: [second] });
      return rows.length === 1 ? true : { pending: 'it is accepted' };
    });
    expect((await read(second)).status).toBe('queued');
    await stack.kill('gateway');
    await vendor.release('all');
    await stack.waitReady();
    expect((await ended(second)).status).toBe('succeeded');
    await ended(first);
    await expectOneEndOf(second);
    const result = await fetch(`${stack.baseUrl}/v1/jobs/${second}/result`, { headers: headers() });
    expect(result.status).toBe(200);
  }, 180_000);
});

describe('a Temporal that stands still', () => {
  it('keeps no job from being accepted, which runs once when it is back', async () => {
    const pid = stack.pids().temporal ?? 0;
    await stopStill(pid);
    const id = await submit().finally(() => process.kill(pid, 'SIGCONT'));
    expect((await ended(id)).status).toBe('succeeded');
    expect(await vendor.log()).toHaveLength(1);
    await expectOneEndOf(id);
  }, 180_000);
});
