import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { until } from '../chaos/until.js';
import { FAL_PICTURE, type FalQueue, startFalQueue } from '../fake-vendor/fal-pictures.js';

// `kill -9` of the gateway while a vendor makes a picture as a job of its own: it is asked about by the next process.

const CHARGE = 3_000_000n;
const PATIENCE_MS = 120_000;

let folder: string;
let fal: FalQueue;
let stack: Stack;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-picture-crash-'));
  await chmod(folder, 0o711);
  fal = await startFalQueue();
  stack = await startStack({ dataDir: join(folder, 'data'), durable: false, env: fal.env });
  database = createDatabase({ url: stack.databaseUrl, connections: 2, onError: () => {} });
}, 180_000);
beforeEach(() => fal.reset());
afterAll(async () => {
  await database?.close();
  await stack?.stop();
  await fal?.close();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

function ask(headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${stack.baseUrl}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'fal/fal-ai/flux/schnell', prompt: 'A red apple', response_format: 'b64_json' }),
  });
}

/** Kills the gateway at this look, whose answer it never gets. */
async function killAtLook(number: number): Promise<void> {
  const killed = new Promise<void>((resolve, reject) => {
    fal.onLook = async (looks) => {
      if (looks === number) await stack.kill('gateway').then(resolve, reject);
    };
  });
  await killed;
  fal.onLook = () => undefined;
  await stack.waitReady();
  fal.isDone = true;
}

interface Row {
  readonly state: string;
  readonly charged: bigint | null;
  readonly calls: number;
  readonly attempts: bigint;
}

async function ended(): Promise<Row> {
  let row: Row | undefined;
  await until(
    'the end of the request',
    async () => {
      const text = `SELECT r.state, r.charged, max(a.calls) AS calls, count(*) AS attempts
                    FROM requests.requests r JOIN requests.attempts a ON a.request_id = r.id
                    GROUP BY r.id ORDER BY r.created_at DESC LIMIT 1`;
      [row] = await database.query<Row & Record<string, unknown>>({ text });
      return row?.state === 'settled' || row?.state === 'released' || { pending: row?.state ?? 'no row' };
    },
    PATIENCE_MS,
  );
  return row!;
}

async function expectBooks(): Promise<void> {
  const held = 'SELECT id FROM ledger.accounts WHERE debits_pending <> 0';
  expect(await database.query({ text: held })).toEqual([]);
  expect(await audit(database)).toEqual([]);
}

const ONE = { state: 'settled', charged: CHARGE, calls: 1, attempts: 1n };
const PICTURE = [{ b64_json: FAL_PICTURE.toString('base64') }];

describe.each([
  ['before the first look has its answer', 1],
  ['between the looks', 3],
])('kill -9 %s', (_, look) => {
  it('leaves a keyed request its picture, of the one job', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const broken = ask(headers).catch((error: unknown) => error);
    await killAtLook(look);
    await broken;
    const answer = await ask(headers);
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { data: unknown }).data).toEqual(PICTURE);
    expect(await ended()).toEqual(ONE);
    expect(fal.handedIn).toHaveLength(1);
    await expectBooks();
  }, 240_000);

  it('leaves a job its picture, of the one job', async () => {
    const accepted = await ask({ prefer: 'respond-async' });
    const { id } = (await accepted.json()) as { readonly id: string };
    await killAtLook(look);
    expect(await ended()).toEqual(ONE);
    const result = await fetch(`${stack.baseUrl}/v1/jobs/${id}/result`, {
      headers: { authorization: `Bearer ${stack.apiKey}` },
    });
    expect(((await result.json()) as { data: unknown }).data).toEqual(PICTURE);
    expect(fal.handedIn).toHaveLength(1);
    await expectBooks();
  }, 240_000);

  it('releases a request whose caller can not come back, and stops the job', async () => {
    const broken = ask({}).catch((error: unknown) => error);
    await killAtLook(look);
    await broken;
    expect(await ended()).toMatchObject({ state: 'released', calls: 1, attempts: 1n });
    expect([fal.handedIn.length, fal.cancels]).toEqual([1, 1]);
    await expectBooks();
  }, 240_000);
});
