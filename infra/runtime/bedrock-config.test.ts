import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadStartConfig } from './config.js';

const bedrockOf = (env: Record<string, string>) => loadStartConfig(env).vendors.bedrock;

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadStartConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting, problem }) => `${setting} ${problem}`);
    throw error;
  }
}

const REGION = { SLUICE_BEDROCK_REGION: 'eu-central-1' };
const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'very-secret' };

describe('Amazon Bedrock', () => {
  test('is on by its region, and by nothing that AWS’s other programs read', () => {
    expect(bedrockOf({ ...KEYS, AWS_REGION: 'us-east-1', AWS_PROFILE: 'p' })).toBeUndefined();
    expect(bedrockOf(REGION)).toEqual({ region: 'eu-central-1' });
    expect(bedrockOf({ SLUICE_BEDROCK_REGION: 'us-gov-west-1' })?.region).toBe('us-gov-west-1');
  });

  test('has a key, a pair of keys, or a profile, and shows none of the secrets', () => {
    const env = { ...REGION, ...KEYS, AWS_SESSION_TOKEN: 'very-secret', AWS_BEARER_TOKEN_BEDROCK: 'very-secret' };
    const config = bedrockOf({ ...env, AWS_PROFILE: 'p', SLUICE_BEDROCK_BASE_URL: 'https://vpce.example.com/' });
    expect({ ...config }).toEqual({
      region: 'eu-central-1',
      baseUrl: 'https://vpce.example.com',
      apiKey: 'very-secret',
      keys: { accessKeyId: 'AKID', secretAccessKey: 'very-secret', sessionToken: 'very-secret' },
      profile: 'p',
    });
    expect(inspect(config) + JSON.stringify(config)).not.toContain('very-secret');
  });

  test('is told of what does not go together', () => {
    expect(problemsOf({ ...REGION, AWS_ACCESS_KEY_ID: 'AKID' })).toEqual([
      'AWS_SECRET_ACCESS_KEY goes together with AWS_ACCESS_KEY_ID, and is not set',
    ]);
    expect(problemsOf({ ...REGION, AWS_SECRET_ACCESS_KEY: 's' })).toEqual([
      'AWS_ACCESS_KEY_ID goes together with AWS_SECRET_ACCESS_KEY, and is not set',
    ]);
    expect(problemsOf({ AWS_ACCESS_KEY_ID: 'AKID' })).toEqual([]);
    expect(problemsOf({ SLUICE_BEDROCK_BASE_URL: 'https://vpce.example.com' })).toEqual([
      'SLUICE_BEDROCK_BASE_URL goes together with SLUICE_BEDROCK_REGION, which is not set',
    ]);
    const wrong = { SLUICE_BEDROCK_REGION: 'Frankfurt', SLUICE_BEDROCK_BASE_URL: 'https://vpce.example.com' };
    expect(problemsOf(wrong)).toEqual(['SLUICE_BEDROCK_REGION is not a region of AWS']);
    expect(problemsOf({ ...REGION, SLUICE_PORT: '8787', SLUICE_BEDROCK_BASE_URL: 'http://127.0.0.1:8787' })).toEqual([
      'SLUICE_BEDROCK_BASE_URL points at this gateway itself',
    ]);
  });

  test('has batches where a bucket and a role are set, and credentials that reach S3', () => {
    const bucket = { SLUICE_BEDROCK_BATCH_BUCKET: 's3://my-bucket/sluice/' };
    const both = { ...bucket, SLUICE_BEDROCK_BATCH_ROLE_ARN: 'arn:aws:iam::123456789012:role/batches' };
    const read = { bucket: 's3://my-bucket/sluice', roleArn: both.SLUICE_BEDROCK_BATCH_ROLE_ARN, minLines: 100 };
    expect(bedrockOf({ ...REGION, ...both })?.batches).toEqual(read);
    const quota = { SLUICE_BEDROCK_BATCH_MIN_RECORDS: '10', AWS_BEARER_TOKEN_BEDROCK: 'k' };
    expect(bedrockOf({ ...REGION, ...both, ...quota, ...KEYS })?.batches).toEqual({ ...read, minLines: 10 });
    expect(problemsOf({ ...REGION, ...both, AWS_BEARER_TOKEN_BEDROCK: 'k' })).toEqual([
      'SLUICE_BEDROCK_BATCH_BUCKET is reached by no API key, and there are no other credentials',
    ]);
    expect(problemsOf({ ...REGION, ...bucket })).toEqual([
      'SLUICE_BEDROCK_BATCH_ROLE_ARN goes together with SLUICE_BEDROCK_BATCH_BUCKET, and is not set',
    ]);
    expect(problemsOf(bucket)).toEqual([
      'SLUICE_BEDROCK_BATCH_BUCKET goes together with SLUICE_BEDROCK_REGION, which is not set',
    ]);
    expect(problemsOf({ ...REGION, ...both, SLUICE_BEDROCK_BATCH_BUCKET: 'my-bucket' })).toEqual([
      'SLUICE_BEDROCK_BATCH_BUCKET is not s3://bucket or s3://bucket/prefix',
    ]);
  });
});
