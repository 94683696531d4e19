import { describe, expect, it } from 'vitest';
import type { VendorMessage, VendorWebhooks } from '../../workflows/contracts/vendor-webhooks.js';
import { buildApp } from '../app.js';
import { createFakeWorld } from '../testing/fake-dependencies.js';
import { createCallLimit } from './call-limit.js';

// What the address of a vendor's call takes and answers, before anybody behind it is asked.

type Became = Awaited<ReturnType<VendorWebhooks['receive']>>;

function open(became: Became = 'told') {
  const received: VendorMessage[] = [];
  const vendorWebhooks: VendorWebhooks = {
    attemptOf: (vendor, token) => (token === 'known' ? { vendor, requestId: 'req_1', number: 1 } : undefined),
    receive: (_, message) => {
      received.push(message);
      return Promise.resolve(became);
    },
    receiveEvent: (vendor, message) => {
      if (vendor !== 'openai') return Promise.resolve('unknown');
      received.push(message);
      return Promise.resolve(message.headers['webhook-signature'] === 's' ? 'told' : 'forged');
    },
  };
  const app = buildApp({ ...createFakeWorld().deps, vendorWebhooks });
  const post = (token: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: `/v1/vendor_webhooks/fal/${token}`, payload, headers });
  return { app, post, received };
}

describe('the address of an account’s events', () => {
  const post = (vendor: string, headers: Record<string, string>, payload = '{"type": "batch.completed"}') => {
    const { app, received } = open();
    const url = `/v1/vendor_webhooks/${vendor}`;
    return app.inject({ method: 'POST', url, payload, headers }).then((answer) => ({ answer, received }));
  };

  it('hands what is sent on as it came, to be believed by its signature alone', async () => {
    const { answer, received } = await post('openai', { 'webhook-signature': 's', 'content-type': 'application/json' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    expect(received.map(({ body }) => Buffer.from(body).toString())).toEqual(['{"type": "batch.completed"}']);
    const { answer: forged } = await post('openai', {});
    expect([forged.statusCode, forged.json<{ error: { code: string } }>().error.code]).toEqual([
      401,
      'webhook_not_genuine',
    ]);
  });

  it('is there for vendors of which there is a secret, and for events, which are short', async () => {
    expect((await post('fal', { 'webhook-signature': 's' })).answer.statusCode).toBe(404);
    expect((await post('openai', { 'webhook-signature': 's' }, 'x'.repeat(65 * 1024))).answer.statusCode).toBe(413);
  });
});

describe('the address of a vendor’s call', () => {
  it.each([
    ['application/json', '{"a": 1}'],
    ['text/plain', 'not { json'],
    ['application/octet-stream', ''],
  ])('hands the bytes of %s on as they came', async (type, body) => {
    const { post, received } = open();
    const answer = await post('known', body, { 'content-type': type, 'x-signature': 's' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    expect(received.map(({ body: bytes, headers }) => [Buffer.from(bytes).toString(), headers['x-signature']])).toEqual(
      [[body, 's']],
    );
  });

  it('that was not made here is 404, and nobody is asked', async () => {
    const { post, received } = open();
    expect((await post('other', 'x'.repeat(5 * 1024 * 1024))).statusCode).toBe(404);
    expect(received).toEqual([]);
  });

  it.each([
    ['gone', 200, undefined],
    ['forged', 401, 'webhook_not_genuine'],
    ['unchecked', 503, 'unavailable'],
  ] as const)('answers %s with %d', async (became, status, code) => {
    const answer = await open(became).post('known', '{}');
    expect([answer.statusCode, answer.json<{ error?: { code?: string } }>().error?.code]).toEqual([status, code]);
  });

  it('takes no more than four megabytes, and is called twenty times a minute at most', async () => {
    const { post, received } = open();
    expect((await post('known', 'x'.repeat(4 * 1024 * 1024 + 1))).statusCode).toBe(413);
    for (let call = 2; call <= 20; call += 1) expect((await post('known', '')).statusCode).toBe(200);
    const more = await post('known', '');
    expect([more.statusCode, Number(more.headers['retry-after']) > 0]).toEqual([429, true]);
    expect(received).toHaveLength(19);
  });
});

it('a limit begins anew with the minute, for each address by itself', () => {
  const limit = createCallLimit(1);
  expect([limit.take('a', 100_000), limit.take('b', 100_000), limit.take('a', 101_000)]).toEqual([0, 0, 59_000]);
  expect(limit.take('a', 160_000)).toBe(0);
});
