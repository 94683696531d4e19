import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '../../infra/local/ports.js';
import { removePostgresData } from '../../infra/local/postgres-data.js';
import { startStack } from '../../infra/local/stack.js';
import { createSeeded } from '../fake-vendor/seeded.js';
import { startVideoVendor, type VideoVendor } from '../fake-vendor/video-vendor.js';
import { findS3Server, startS3Server } from '../support/s3-server.js';
import { currentLoad, describeMachine } from './machine.js';
import { runVideoJobs } from './video-jobs.js';
import { runVideoOutput } from './video-output.js';

// `npm run bench:videos -- --jobs 1000 [--from 60 --to 180]`: so many videos at once, each of so many seconds at its vendor.
// `npm run bench:videos -- --gibibytes 2 [--s3]`: one video of that size instead. Everything but the vendor is real.

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    from: { type: 'string', default: '60' },
    to: { type: 'string', default: '180' },
    gibibytes: { type: 'string' },
    s3: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
/** Enough to be stored; what many of them measure is the waiting. */
const smallBytes = 65_536;

const parent = join(projectRoot, '.sluice');
await mkdir(parent, { recursive: true });
const folder = await mkdtemp(join(parent, 'bench-'));
const loadBefore = currentLoad();
const vendor = await openVendor();
const s3 = values.s3 ? await openS3() : undefined;
const stack = await startStack({
  dataDir: folder,
  durable: true,
  env: {
    SLUICE_ENV_FILE: 'off',
    SLUICE_LOCAL_LIMIT_USD: '1000000',
    SLUICE_LOG_LEVEL: 'warn',
    ...vendor.env,
    ...s3?.env,
  },
  log: (line) => console.log(line),
});
try {
  const machine = await describeMachine(loadBefore, folder);
  const report = values.gibibytes
    ? await runVideoOutput(stack, vendor, sizeOf(values.gibibytes))
    : await runVideoJobs(stack, vendor, Number(values.jobs));
  const text = JSON.stringify({ machine, loadAfter: currentLoad(), ...report }, plainly, 1);
  console.log(text);
  if (values.json !== undefined) await writeFile(values.json, text);
} finally {
  await stack.stop();
  await s3?.close();
  await vendor.close();
  await removePostgresData(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}

function openVendor(): Promise<VideoVendor> {
  if (values.gibibytes) return startVideoVendor({ bytes: sizeOf(values.gibibytes) });
  const [from, to] = [Number(values.from) * 1_000, Number(values.to) * 1_000];
  const next = createSeeded('videos');
  return startVideoVendor({ bytes: smallBytes, takesMs: () => from + next(to - from + 1) });
}

async function openS3(): Promise<{ readonly env: Record<string, string>; close(): Promise<void> }> {
  const jar = await findS3Server();
  if (jar === undefined) throw new Error('--s3 needs Java and Maven.');
  const home = join(folder, 's3');
  await mkdir(home);
  const server = await startS3Server(jar, { home, port: await freePort() });
  const env = {
    SLUICE_S3_BUCKET: server.bucket,
    SLUICE_S3_ENDPOINT: server.endpoint,
    SLUICE_S3_ACCESS_KEY_ID: server.keys.accessKeyId,
    SLUICE_S3_SECRET_ACCESS_KEY: server.keys.secretAccessKey,
  };
  return { env, close: server.close };
}

function sizeOf(gibibytes: string): number {
  return Math.round(Number(gibibytes) * 1024 ** 3);
}

function plainly(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
