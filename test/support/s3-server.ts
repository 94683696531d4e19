import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Exit, LocalService } from '../../infra/local/processes.js';
import { freePort } from '../../infra/local/ports.js';
import { cacheDirectory } from '../../infra/runtime/config.js';
import type { S3Place } from '../../activities/objects/s3-blobs.js';

// A real S3 server: S3Proxy (Apache-2.0), a Java program that Maven fetches once, in front of a folder.

const run = promisify(execFile);
const version = '4.1.0';
const jarName = `s3proxy-${version}-jar-with-dependencies.jar`;
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const fetchTimeoutMs = 180_000;
const startTimeoutMs = 60_000;

export interface S3Server extends S3Place, LocalService {
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What lies in the bucket, by paths. */
  readonly folder: string;
  close(): Promise<void>;
}

/** The server's program, fetched where it is not in the cache; `undefined` where this machine has no Java or no Maven. */
export async function findS3Server(): Promise<string | undefined> {
  if (!(await runs('java', ['-version']))) return undefinedUnlessRequired('Java');
  const folder = join(cacheDirectory(), `s3proxy-${version}`);
  const jar = join(folder, jarName);
  if (existsSync(jar)) return jar;
  if (!(await runs('mvn', ['-version']))) return undefinedUnlessRequired('Maven');
  await mkdir(cacheDirectory(), { recursive: true });
  const draft = await mkdtemp(join(cacheDirectory(), 's3proxy-draft-'));
  const artifact = `org.gaul:s3proxy:${version}:jar:jar-with-dependencies`;
  const options = [`-Dartifact=${artifact}`, `-DoutputDirectory=${draft}`];
  try {
    await run('mvn', ['-q', '-B', copyGoal, ...options], { timeout: fetchTimeoutMs });
    await mkdir(folder, { recursive: true });
    // Another process sees a whole program or none.
    await rename(join(draft, jarName), jar);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return jar;
}

function undefinedUnlessRequired(missing: string): undefined {
  const message = `the tests against a real S3 server need ${missing}`;
  if (process.env.SLUICE_REQUIRE_S3 === '1') throw new Error(message);
  console.warn(`Skipped: ${message}.`);
  return undefined;
}

export interface S3ServerOptions {
  /** A folder of its own; what an earlier one has left there is served. */
  readonly home: string;
  /** Any free one unless given. */
  readonly port?: number;
}

/** Starts one with a bucket of its own. It ends with `close`, and with this process. */
export async function startS3Server(jar: string, { home, port }: S3ServerOptions): Promise<S3Server> {
  const folder = join(home, 'blobs');
  await mkdir(folder, { recursive: true });
  const endpoint = `http://127.0.0.1:${port ?? (await freePort())}`;
  const keys = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' };
  const settings = {
    's3proxy.endpoint': endpoint,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': keys.accessKeyId,
    's3proxy.credential': keys.secretAccessKey,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': folder,
  };
  const properties = join(home, 's3proxy.properties');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  await writeFile(properties, lines.join('\n'));
  const child = spawn('java', ['-Xmx256m', '-jar', jar, '--properties', properties], { stdio: 'ignore' });
  const kill = (): void => void child.kill('SIGKILL');
  const exited = exitOf(child);
  process.once('exit', kill);
  const place = { bucket: 'sluice-test', region: 'us-east-1', endpoint, pathStyle: true, keys };
  try {
    await createBucket(place, child);
  } catch (error) {
    kill();
    throw error;
  }
  const close = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await exited;
  };
  return { ...place, folder: join(folder, place.bucket), pid: child.pid ?? 0, exited, stop: close, close };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code === null ? { signal: signal ?? 'unknown' } : { code }));
    child.once('error', () => resolve({}));
  });
}

/** A client of the test's own, to look from outside. */
export function openS3Client({ endpoint, region, keys }: Pick<S3Server, 'endpoint' | 'region' | 'keys'>): S3Client {
  return new S3Client({ endpoint, region, credentials: keys, forcePathStyle: true, maxAttempts: 1 });
}

async function createBucket(place: Parameters<typeof openS3Client>[0] & S3Place, child: ChildProcess): Promise<void> {
  const client = openS3Client(place);
  const deadline = Date.now() + startTimeoutMs;
  try {
    for (;;) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: place.bucket }));
        return;
      } catch (error) {
        // Of a server that is started again.
        if ((error as Error).name === 'BucketAlreadyOwnedByYou') return;
        if (child.exitCode !== null || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  } finally {
    client.destroy();
  }
}

async function runs(command: string, argumentList: readonly string[]): Promise<boolean> {
  return run(command, argumentList, { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}
