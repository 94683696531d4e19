import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../../infra/local/ports.js';
import { type Role, type Stack, startStack } from '../../../infra/local/stack.js';
import { supervise, type Supervised } from '../../../infra/local/supervise.js';
import { startVideoVendor, type VideoVendor } from '../../fake-vendor/video-vendor.js';
import { type S3Server, startS3Server } from '../../support/s3-server.js';
import { type SlowLink, startSlowLink } from '../../support/slow-link.js';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';
import type { Gateway } from '../caller.js';
import { installGates } from '../gates.js';
import { type Looks, openLooks } from '../looks.js';
import { startSecondGateway } from './second-gateway.js';
import type { JobVictim } from './job-stage-names.js';

/** Several parts of a multipart upload, so that one can be broken off between them. */
const videoBytes = 12 * 1024 * 1024;

/** A whole Sluice of real processes that stores in a real S3 server; its vendor and its caller outlive whatever is killed. */
export interface JobWorld {
  readonly stack: Stack;
  /** The gateway that the jobs are asked of, of `stack`. */
  readonly api: Gateway;
  /** The one that takes all of their steps. */
  readonly worker: Gateway;
  readonly s3: Supervised<S3Server>;
  /** Between the gateways and S3. */
  readonly link: SlowLink;
  readonly vendor: VideoVendor;
  readonly receiver: WebhookReceiver;
  readonly database: Looks;
  readonly temporal: Client;
  readonly gatewayLogs: readonly string[];
  readonly said: readonly string[];
  /** The database's time when the round began. */
  roundStart(): Date;
  beginRound(): Promise<void>;
  pid(victim: JobVictim): number | undefined;
  kill(victim: JobVictim): Promise<void>;
  waitReady(): Promise<void>;
  close(): Promise<void>;
  /** SIGKILL to all, for a process that is about to exit. */
  abandon(): void;
}

export interface JobWorldOptions {
  readonly dataDir: string;
  readonly durable: boolean;
  /** S3Proxy's program. */
  readonly jar: string;
  readonly temporalBinary?: string;
}

export const webhookPath = '/ends';

export async function startJobWorld({ dataDir, durable, jar, temporalBinary }: JobWorldOptions): Promise<JobWorld> {
  await mkdir(dataDir, { recursive: true });
  const said: string[] = [];
  const log = (line: string): void => void said.push(line);
  const home = join(dataDir, 's3');
  await mkdir(home, { recursive: true });
  const port = await freePort();
  const s3 = await supervise({ name: 'S3', log, start: () => startS3Server(jar, { home, port }) });
  const link = await startSlowLink(`127.0.0.1:${port}`);
  const vendor = await startVideoVendor({ bytes: videoBytes });
  const receiver = await startWebhookReceiver();
  const env = { ...settings, ...vendor.env, ...at(await s3.ready(), link) };
  const stack = await startStack({
    ...{ dataDir, durable, log, ...(temporalBinary !== undefined && { temporalBinary }) },
    env: { ...env, SLUICE_JOB_SLOTS: '0' },
  });
  const second = await startSecondGateway(stack, { dataDir, env, log });
  await installGates(stack.databaseUrl);
  await listen(stack, `${receiver.origin}${webhookPath}`);
  const { apiKey } = stack;
  const database = openLooks(stack.databaseUrl);
  const connection = await Connection.connect({ address: stack.temporalAddress });
  let start = new Date(0);
  return {
    ...{ stack, s3, link, vendor, receiver, database, said },
    ...{ api: stack, worker: { apiKey, baseUrl: second.baseUrl } },
    temporal: new Client({ connection }),
    gatewayLogs: [join(dataDir, 'gateway.log'), second.logFile],
    roundStart: () => start,
    beginRound: async () => {
      vendor.reset();
      const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now', []);
      if (row) start = row.now;
    },
    pid: (victim) => {
      if (victim === 's3') return s3.current()?.pid;
      if (victim === 'worker') return second.supervised.current()?.pid;
      return stack.pids()[roleOf(victim)];
    },
    kill: (victim) => {
      if (victim === 's3') return s3.kill();
      return victim === 'worker' ? second.supervised.kill() : stack.kill(roleOf(victim));
    },
    waitReady: async () => {
      await Promise.all([stack.waitReady(), second.supervised.ready(), s3.ready()]);
    },
    close: async () => {
      link.release();
      await connection.close();
      await database.close();
      await second.supervised.stop();
      await stack.stop();
      await s3.stop();
      await link.close();
      await vendor.close();
      await receiver.close();
    },
    // S3 and the second gateway go with this process.
    abandon: () => stack.abandon(),
  };
}

const settings = {
  SLUICE_ENV_FILE: 'off',
  SLUICE_LOCAL_LIMIT_USD: '10000',
  SLUICE_WEBHOOKS_ALLOW_PRIVATE: 'on',
  SLUICE_WEBHOOKS_RETRY_SECONDS: '1,2,4,8,16,32,64',
  SLUICE_LOG_LEVEL: 'warn',
};

function roleOf(victim: 'api' | 'temporal' | 'postgres'): Role {
  return victim === 'api' ? 'gateway' : victim;
}

function at({ bucket, region, keys }: S3Server, link: SlowLink): Record<string, string> {
  return {
    SLUICE_S3_BUCKET: bucket,
    SLUICE_S3_REGION: region,
    SLUICE_S3_ENDPOINT: `http://${link.address}`,
    SLUICE_S3_ACCESS_KEY_ID: keys.accessKeyId,
    SLUICE_S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

async function listen({ baseUrl, adminKey }: Stack, url: string): Promise<void> {
  const types = ['succeeded', 'failed', 'canceled', 'expired'].map((end) => `job.${end}`);
  const response = await fetch(`${baseUrl}/v1/organization/webhook_endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url, event_types: types }),
  });
  if (!response.ok) throw new Error(`The endpoint could not be made: ${await response.text()}`);
}
