import { describe, expect, it } from 'vitest';
import { authorizeAwsRequest } from './aws-signature.js';

const BODY = '{"messages":[{"role":"user","content":[{"text":"¿Qué?"}]}]}';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = new Date('2026-11-26T01:02:03Z');
const CLAUDE =
  'https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
const PROFILE =
  'https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Aapplication-inference-profile%2Fotnfa2ysixqd/converse-stream';
const ELSEWHERE = 'http://127.0.0.1:8080/prefix/model/zai.glm-5/converse';

async function authorize(url: string, region: string, sessionToken?: string) {
  const credentials = { ...KEYS, ...(sessionToken !== undefined && { sessionToken }) };
  return authorizeAwsRequest(
    { url, headers: { 'content-type': 'application/json' }, body: BODY },
    { type: 'signed', credentials: () => Promise.resolve(credentials) },
    { service: 'bedrock', region },
    NOW,
  );
}

describe('a signed request', () => {
  // What botocore 1.44.8 signs for the same requests, at the same moment.
  it.each([
    [CLAUDE, 'us-east-1', undefined, 'beaa48b87de4097d6ca29745704f765ab3750b9f3e88fbe38e646a2c7cf9d772'],
    [PROFILE, 'eu-central-1', undefined, '04309e24b5dd5d787bda545a7aa92d68eae71180ce164a19d70128e0b3d84dfa'],
    [ELSEWHERE, 'us-west-2', undefined, '977c449dc2b4416caa74407014e279c3cbee0bf4d5fff16de461d0dab1932f0f'],
    [CLAUDE, 'us-east-1', 'SESSION/TOKEN==', 'f60c75a8059a5f49bd392734d097a9fe50c2d93d40ef9a248f7b920ca29ff0ec'],
    [PROFILE, 'eu-central-1', 'SESSION/TOKEN==', '395c6accd37f4e75ffc60e08057ce582fc5da563f084b1e855a173966b0f8cfa'],
    [ELSEWHERE, 'us-west-2', 'SESSION/TOKEN==', 'b72af2b2fdcf2ea49d38b3836a50c4ae2e7de8debe0ef6deafb41748b5df5a7d'],
  ])('has the signature of an independent signer: %s in %s, token %s', async (url, region, token, signature) => {
    const headers = await authorize(url, region, token);
    const names = [
      'content-type',
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
      ...(token ? ['x-amz-security-token'] : []),
    ];
    expect(headers['authorization']).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261126/${region}/bedrock/aws4_request, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    );
    expect(headers['x-amz-date']).toBe('20261126T010203Z');
    expect(headers['x-amz-security-token']).toBe(token);
    expect(headers['content-type']).toBe('application/json');
    expect(headers).not.toHaveProperty('host');
  });

  it('has that of a question with a query, too', async () => {
    const url = 'https://bedrock.us-east-1.amazonaws.com/model-invocation-jobs?maxResults=100&nameContains=sluice-vb-1';
    const headers = await authorizeAwsRequest(
      { method: 'GET', url, headers: {}, body: '' },
      { type: 'signed', credentials: () => Promise.resolve(KEYS) },
      { service: 'bedrock', region: 'us-east-1' },
      NOW,
    );
    expect(headers['authorization']).toContain(
      'SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=23b7ac0a0f2786137a862cd2ecab45e47fa3566d7af5a81494ff5c4be63d3d33',
    );
  });
});

describe('a request with an API key', () => {
  it('shows it and is not signed', async () => {
    const request = { url: CLAUDE, headers: { accept: 'a/b' }, body: BODY };
    const scope = { service: 'bedrock', region: 'us-east-1' };
    expect(await authorizeAwsRequest(request, { type: 'bearer', token: 'bedrock-api-key-1' }, scope)).toEqual({
      accept: 'a/b',
      authorization: 'Bearer bedrock-api-key-1',
    });
  });
});
