import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { stubHttp } from '../chat/stub-http.js';
import { testAttempt } from '../chat/test-attempt.js';
import { createAnthropicCount } from './create-anthropic-count.js';

interface Recording {
  readonly status: number;
  readonly request: JsonObject;
  readonly response: { readonly json: JsonObject };
}

const FILE = resolve(import.meta.dirname, '../../../../../shared/recordings/http/anthropic.count.jsonl');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no recordings at ${FILE}`);

async function count(body: JsonObject, answer: string, status = 200) {
  const stub = stubHttp({ pieces: [new TextEncoder().encode(answer)], status, contentType: 'application/json' });
  const { countTokens } = createAnthropicCount({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1', http: stub.http });
  const source = { dialect: 'anthropic-messages', body } as const;
  const question = testAttempt({ source, vendorHeaders: { 'anthropic-beta': 'a' } }, String(body['model']));
  const result = await countTokens(question).catch((error: unknown) => error);
  return { result, request: stub.requests[0] };
}

const BODY = { model: 'claude-x', messages: [{ role: 'user', content: 'Hi' }] };

describe('a question for the number of tokens', () => {
  it('has the credential, the beta features and the caller’s body', async () => {
    const { result, request } = await count(BODY, '{"input_tokens": 7, "novelty": 1}');
    expect(result).toBe(7);
    expect(request).toMatchObject({
      url: 'http://127.0.0.1:1/v1/messages/count_tokens',
      headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual(BODY);
  });

  it.each(['', '<html>', '{"input_tokens": "7"}', '[]'])('is not answered by %s', async (answer) => {
    const { result } = await count(BODY, answer);
    expect((result as ProviderFailure).failure.class).toBe('bad_response');
  });

  it.skipIf(!present)('is sent and answered as it was recorded', async () => {
    const lines = readFileSync(FILE, 'utf8').trim().split('\n');
    for (const { status, request, response } of lines.map((line) => JSON.parse(line) as Recording)) {
      const { result, request: sent } = await count(request, JSON.stringify(response.json), status);
      expect(JSON.parse(sent?.body ?? '')).toEqual(request);
      if (status === 200) expect(result).toBe(response.json['input_tokens']);
      else expect(result).toBeInstanceOf(ProviderFailure);
    }
    expect(lines.length).toBeGreaterThan(5);
  });
});
