import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startStack, type Stack } from '../../infra/local/stack.js';
import { spawnFakeVendor, type SpawnedFakeVendor } from '../fake-vendor/client.js';
import { startStoring } from './follow-stored.js';
import { installGates } from './gates.js';
import { openLooks, type Looks } from './looks.js';
import type { Storing } from './stored-calls.js';

/** A whole Sluice of real processes, with vendors that outlive whatever is killed. */
export interface World {
  readonly stack: Stack;
  readonly vendor: SpawnedFakeVendor;
  readonly database: Looks;
  readonly temporal: Client;
  readonly storing: Storing;
  /** The database's time when the round began: rows since then are the round's. */
  roundStart(): Date;
  beginRound(): Promise<void>;
  /** What the supervision has said so far. */
  readonly said: readonly string[];
  readonly gatewayLog: string;
  close(): Promise<void>;
  /** SIGKILL to all, for a process that is about to exit. */
  abandon(): void;
}

export interface WorldOptions {
  readonly dataDir: string;
  readonly durable: boolean;
  readonly temporalBinary?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  await mkdir(options.dataDir, { recursive: true });
  const vendor = await spawnFakeVendor({ logFile: join(options.dataDir, 'vendor.jsonl'), logBodies: true });
  const said: string[] = [];
  const stack = await startStack({
    dataDir: options.dataDir,
    durable: options.durable,
    ...(options.temporalBinary !== undefined && { temporalBinary: options.temporalBinary }),
    env: {
      SLUICE_ENV_FILE: 'off',
      OPENAI_API_KEY: 'sk-fake-openai',
      SLUICE_OPENAI_BASE_URL: vendor.openaiBaseUrl,
      ANTHROPIC_API_KEY: 'sk-fake-anthropic',
      SLUICE_ANTHROPIC_BASE_URL: vendor.anthropicBaseUrl,
      SLUICE_LOCAL_LIMIT_USD: '1000',
      ...options.env,
    },
    log: (line) => said.push(line),
  }).catch(async (error: unknown) => {
    await vendor.close();
    throw error;
  });
  await installGates(stack.databaseUrl);
  const database = openLooks(stack.databaseUrl);
  const storing = await startStoring(stack);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  let start = new Date(0);
  return {
    stack,
    vendor,
    database,
    storing,
    temporal: new Client({ connection }),
    roundStart: () => start,
    beginRound: async () => {
      await vendor.reset();
      const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now', []);
      if (row) start = row.now;
    },
    said,
    gatewayLog: join(options.dataDir, 'gateway.log'),
    close: async () => {
      await connection.close();
      await database.close();
      await stack.stop();
      await vendor.close();
    },
    abandon: () => {
      stack.abandon();
      void vendor.close();
    },
  };
}
