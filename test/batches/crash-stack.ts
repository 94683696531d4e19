import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { type Stack, startStack } from '../../infra/local/stack.js';
import { until } from '../chaos/until.js';
import type { Parsed } from '../gateway/world.js';
import { isOver } from './batch-world.js';

/** A stack in processes of its own, which a test may kill, and batches through it. */
export interface CrashStack {
  readonly stack: Stack;
  readonly database: Database;
  /** As JSON; posts where there is a body. */
  ask(path: string, body?: object | FormData): Promise<Parsed>;
  /** Of a file's content. */
  read(path: string): Promise<string>;
  /** Uploads the lines and makes a batch of them; gives its id. */
  create(lines: readonly object[]): Promise<string>;
  ended(id: string): Promise<Parsed>;
  killGateway(): Promise<void>;
  /** Nothing is held, and the books balance. */
  expectClean(): Promise<void>;
}

/** For all tests of a file; `env` is asked once what it starts has been started. */
export function useCrashStack(env: () => Promise<Readonly<Record<string, string>>>): CrashStack {
  let folder: string;
  let stack: Stack;
  let database: Database;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-batch-crash-'));
    await chmod(folder, 0o711);
    stack = await startStack({ dataDir: join(folder, 'data'), durable: false, env: await env() });
    database = createDatabase({ url: stack.databaseUrl, connections: 2, onError: () => {} });
  }, 180_000);
  afterAll(async () => {
    await database?.close();
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  const send = (path: string, body?: object | FormData): Promise<Response> => {
    const isForm = body instanceof FormData;
    return fetch(`${stack.baseUrl}/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${stack.apiKey}`,
        ...(body && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    });
  };
  const ask = async (path: string, body?: object | FormData): Promise<Parsed> => (await send(path, body)).json();
  return {
    get stack() {
      return stack;
    },
    get database() {
      return database;
    },
    ask,
    read: async (path) => (await send(path)).text(),
    create: async (lines) => {
      const form = new FormData();
      form.append('purpose', 'batch');
      form.append('file', new Blob([lines.map((line) => JSON.stringify(line)).join('\n')]), 'lines.jsonl');
      const { id } = await ask('files', form);
      const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' };
      return (await ask('batches', asked)).id;
    },
    ended: async (id) => {
      let batch: Parsed;
      await until(
        `the end of ${id}`,
        async () => {
          batch = await ask(`batches/${id}`);
          return isOver(batch.status) ? true : { pending: `${batch.status} ${JSON.stringify(batch.request_counts)}` };
        },
        240_000,
      );
      return batch;
    },
    killGateway: async () => {
      await stack.kill('gateway');
      await stack.waitReady();
    },
    expectClean: async () => {
      expect(await database.query({ text: 'SELECT id FROM ledger.accounts WHERE debits_pending <> 0' })).toEqual([]);
      expect(await audit(database)).toEqual([]);
    },
  };
}
