import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { VendorHttp } from '../http.js';
import { createReplicateWebhookCheck } from './replicate-webhooks.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const signal = new AbortController().signal;
const asked: unknown[] = [];
const http: VendorHttp = {
  postJson: () => Promise.reject(new Error('not asked')),
  getJson: ({ url, headers }) => {
    asked.push({ url, headers });
    return Promise.resolve({
      ...{ status: 200, headers: {}, readText: () => Promise.resolve(JSON.stringify({ key: SECRET })) },
      ...{ stream: (async function* () {})(), discard: () => undefined, release: () => undefined },
    });
  },
  close: () => Promise.resolve(),
};

function signed(body: string, { secret = SECRET, agoMs = 0 } = {}) {
  const at = new Date(Date.now() - agoMs);
  return {
    'webhook-id': 'm-1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('m-1', at, body),
  };
}

describe('a call of Replicate', () => {
  const check = createReplicateWebhookCheck({ apiKey: 'r8', baseUrl: 'https://api.replicate.com/v1/', http });
  const ask = (body: string, headers: Readonly<Record<string, string>>) =>
    check({ headers, body: Buffer.from(body) }, signal);

  it('is its own where the account’s secret has signed it, which is asked for once', async () => {
    expect(await ask('no { json', signed('no { json'))).toBe(true);
    expect(await ask('{}', signed('{}'))).toBe(true);
    expect(asked).toEqual([
      {
        url: 'https://api.replicate.com/v1/webhooks/default/secret',
        headers: { authorization: 'Bearer r8' },
      },
    ]);
  });

  it.each([
    ['of other bytes', signed('{"a":1}')],
    ['by another secret', signed('{}', { secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` })],
    ['of long ago', signed('{}', { agoMs: 301_000 })],
    ['without a signature', {}],
  ])('%s is not', async (_, headers) => {
    expect(await ask('{}', headers)).toBe(false);
  });
});
