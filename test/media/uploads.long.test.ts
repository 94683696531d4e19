import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silence } from '../../api/testing/sound-form.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { sampleMemory } from '../bench/memory-samples.js';
import { until } from '../chaos/until.js';
import { type SoundVendor, startSoundVendor } from '../fake-vendor/sound-vendor.js';
import type { Parsed } from '../gateway/world.js';

// Sounds much larger than memory should be, through a gateway process of its own, which may die meanwhile.

const mebibytes = Number(process.env.SLUICE_TEST_UPLOAD_MEBIBYTES ?? 300);
/** Of one sound, and of several at once: what is on its way, and what the collector leaves for a moment. */
const mostMib = 160;
const HEAD = silence(0);
const PIECE = 65_536;

let folder: string;
let vendor: SoundVendor;
let stack: Stack;
let database: Database;
let fileBytes = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-uploads-'));
  await chmod(folder, 0o711);
  vendor = await startSoundVendor(() => fileBytes);
  stack = await startStack({
    dataDir: join(folder, 'data'),
    durable: false,
    env: { OPENAI_API_KEY: 'sk-fake', SLUICE_OPENAI_BASE_URL: vendor.baseUrl },
  });
  database = createDatabase({ url: stack.databaseUrl, connections: 2, onError: () => {} });
}, 180_000);
afterAll(async () => {
  await database?.close();
  await stack?.stop();
  await vendor?.close();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

/** A WAV file that is made as it is read, no piece like another. */
function* sound(bytes: number): Generator<Buffer> {
  const head = Buffer.from(HEAD);
  head.writeUInt32LE(bytes - 8, 4);
  head.writeUInt32LE(bytes - HEAD.length, 40);
  yield head;
  for (let left = bytes - head.length, number = 0; left > 0; number += 1) {
    const piece = Buffer.alloc(Math.min(PIECE, left), number % 251);
    if (piece.length >= 4) piece.writeUInt32LE(number);
    yield piece;
    left -= piece.length;
  }
}

function digestOf(bytes: number): string {
  const hash = createHash('sha256');
  for (const piece of sound(bytes)) hash.update(piece);
  return hash.digest('hex');
}

interface Answer {
  readonly status: number;
  readonly body: Parsed;
}

interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Called with how many bytes have been sent; what it throws breaks the connection. */
  readonly onSent?: (bytes: number) => void;
}

/** Sends a form as it is made, so that this process holds nothing of it either. */
function send(bytes: number, { headers = {}, onSent }: SendOptions = {}): Promise<Answer> {
  const boundary = 'a-boundary';
  const part = (disposition: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n`;
  const before = `${part('name="model"')}openai/whisper-1\r\n${part('name="file"; filename="talk.wav"')}`;
  const behind = `\r\n--${boundary}--\r\n`;
  const body = function* (): Generator<Buffer> {
    yield Buffer.from(before);
    let sent = 0;
    for (const piece of sound(bytes)) {
      yield piece;
      onSent?.((sent += piece.length));
    }
    yield Buffer.from(behind);
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${stack.baseUrl}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${stack.apiKey}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
        'content-length': Buffer.byteLength(before) + bytes + Buffer.byteLength(behind),
        ...headers,
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      text(response).then((read) => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(read) });
      }, reject);
    });
    Readable.from(body(), { objectMode: false })
      .on('error', (error) => request.destroy(error))
      .pipe(request);
  });
}

const inputs = () =>
  database.query<{ id: string; state: string; request_id: string }>({
    text: `SELECT id, state, request_id FROM objects.objects WHERE kind = 'input'`,
  });

/** The keys are gone, and the bytes with the next sweep. */
async function nothingLeft(timeoutMs?: number): Promise<void> {
  const objects = join(folder, 'data', 'objects');
  await until(
    'the end of what was brought',
    async () => {
      const states = (await inputs()).map(({ state }) => state);
      const files = (await readdir(objects, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
      if (files.length === 0 && states.every((state) => state === 'destroyed')) return true;
      return { pending: `${states.join()} ${files.map(({ name }) => name).join()}` };
    },
    timeoutMs,
  );
}

describe('a sound that is larger than memory should be', () => {
  it('goes through without being held, and so do several at once', async () => {
    fileBytes = mebibytes * 1_048_576;
    const sha256 = digestOf(fileBytes);
    // So that what a first request makes is not counted.
    expect((await send(2_000_000)).status).toBe(200);
    const memory = sampleMemory(stack, 100);
    const before = memory.samples[0]!.mib.gateway;
    const took: number[] = [];
    for (const atOnce of [1, 4]) {
      const startedAt = performance.now();
      const answers = await Promise.all(Array.from({ length: atOnce }, () => send(fileBytes)));
      took.push(Math.round(performance.now() - startedAt) / 1_000);
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: atOnce }, () => 200));
      const peak = memory.most().gateway;
      console.log(
        `${atOnce} x ${mebibytes} MiB: ${took.at(-1)} s; gateway ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} at most`,
      );
      expect(peak - before).toBeLessThan(mostMib);
    }
    memory.end();
    console.log(`gateway afterwards: ${memory.samples.at(-1)!.mib.gateway.toFixed(0)} MiB`);
    expect(vendor.received.slice(1).map((one) => one.sha256)).toEqual(Array.from({ length: 5 }, () => sha256));
    await nothingLeft();
  }, 600_000);
});

describe('kill -9 of the gateway', () => {
  it('while the vendor has a sound of a keyed request: it is read again for one more call, and charged once', async () => {
    fileBytes = 20 * 1_048_576;
    const calls = vendor.received.length;
    vendor.hold();
    const keyed = { headers: { 'idempotency-key': 'killed-while-heard' } };
    const cut = expect(send(fileBytes, keyed)).rejects.toThrow();
    await until('the vendor has heard it', () =>
      Promise.resolve(vendor.received.length > calls || { pending: 'nothing' }),
    );
    await stack.kill('gateway');
    await cut;
    vendor.release();
    await stack.waitReady();
    const { status, body } = await send(fileBytes, keyed);
    expect([status, body.text]).toEqual([200, 'Hi there.']);
    const digests = vendor.received.slice(calls).map(({ sha256 }) => sha256);
    expect(digests).toEqual([digestOf(fileBytes), digestOf(fileBytes)]);
    const [{ spent }] = (await database.query<{ spent: bigint }>({
      text: `SELECT charged AS spent FROM requests.requests WHERE keyed AND ended_at IS NOT NULL`,
    })) as [{ spent: bigint }];
    // A second, as the vendor told it.
    expect(spent).toBe(100_000n);
    await nothingLeft();
  }, 240_000);

  it('while a sound comes leaves nothing of it', async () => {
    fileBytes = 40 * 1_048_576;
    const calls = vendor.received.length;
    const onSent = (bytes: number): void => {
      if (bytes > 20 * 1_048_576) throw new Error('half is enough');
    };
    const cut = expect(send(fileBytes, { onSent })).rejects.toThrow();
    // The kill comes while the gateway still writes, or has just seen the connection break: neither leaves anything.
    await until('half of it', async () => {
      const open = (await inputs()).filter(({ state }) => state === 'writing');
      return open.length > 0 || { pending: 'nothing comes' };
    });
    await stack.kill('gateway');
    await cut;
    await stack.waitReady();
    await nothingLeft(150_000);
    expect(vendor.received).toHaveLength(calls);
  }, 240_000);
});
