import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.js';

const secret = Buffer.alloc(32, 7).toString('base64');
const complete = {
  DATABASE_URL: 'postgres://someone:hunter2@db.internal:5432/sluice',
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  SLUICE_KEY_PEPPER: secret,
  SLUICE_MASTER_KEY: secret,
};
const read = (env: Readonly<Record<string, string>>) => loadConfig({ ...complete, ...env }).objects;

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting }) => setting);
    throw error;
  }
  return [];
}

describe('where objects rest', () => {
  it('is the data folder unless a bucket is named', () => {
    expect(read({})).toEqual({
      ...{ sealed: true, maxFileBytes: 536_870_912 },
      retention: { fileMs: 30 * 86_400_000, outputMs: 86_400_000 },
    });
    expect(read({ SLUICE_S3_BUCKET: 'my-bucket' }).s3).toEqual({
      ...{ bucket: 'my-bucket', region: 'us-east-1', pathStyle: false },
    });
  });

  it('is any server that speaks S3, with keys that are not shown', () => {
    const env = {
      ...{ SLUICE_S3_BUCKET: 'my-bucket', SLUICE_S3_ENDPOINT: 'http://127.0.0.1:9000/', SLUICE_S3_PREFIX: 'a/b' },
      ...{ SLUICE_S3_ACCESS_KEY_ID: 'id', SLUICE_S3_SECRET_ACCESS_KEY: 'hunter2' },
      ...{ SLUICE_OBJECTS_ENCRYPTION: 'server-side', SLUICE_S3_KMS_KEY_ID: 'kms' },
    };
    const objects = read(env);
    expect(objects.sealed).toBe(false);
    expect(objects.s3?.keys).toEqual({ accessKeyId: 'id', secretAccessKey: 'hunter2' });
    expect(objects.s3).toMatchObject({
      endpoint: 'http://127.0.0.1:9000',
      pathStyle: true,
      prefix: 'a/b',
      kmsKeyId: 'kms',
    });
    expect(inspect(objects, { depth: 9 }) + JSON.stringify(objects)).not.toContain('hunter2');
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['server-side without a server', { SLUICE_OBJECTS_ENCRYPTION: 'server-side' }, ['SLUICE_OBJECTS_ENCRYPTION']],
    ['another way of sealing', { SLUICE_OBJECTS_ENCRYPTION: 'none' }, ['SLUICE_OBJECTS_ENCRYPTION']],
    ['an endpoint without a bucket', { SLUICE_S3_ENDPOINT: 'http://127.0.0.1:9000' }, ['SLUICE_S3_BUCKET']],
    [
      'half a pair of keys',
      { SLUICE_S3_BUCKET: 'abc', SLUICE_S3_ACCESS_KEY_ID: 'id' },
      ['SLUICE_S3_SECRET_ACCESS_KEY'],
    ],
    [
      'a key of KMS for what comes sealed',
      { SLUICE_S3_BUCKET: 'abc', SLUICE_S3_KMS_KEY_ID: 'k' },
      ['SLUICE_S3_KMS_KEY_ID'],
    ],
    ['no name of a bucket', { SLUICE_S3_BUCKET: 'A_B' }, ['SLUICE_S3_BUCKET']],
    ['a prefix that leads elsewhere', { SLUICE_S3_BUCKET: 'abc', SLUICE_S3_PREFIX: '../a' }, ['SLUICE_S3_PREFIX']],
    ['a time that is none', { SLUICE_FILE_RETENTION_DAYS: '0' }, ['SLUICE_FILE_RETENTION_DAYS']],
  ])('refuses %s', (_name, env, settings) => {
    expect(problemsOf(env)).toEqual(settings);
  });
});
