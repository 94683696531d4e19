import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { VendorHttp } from '../http.js';
import { createFalWebhookCheck } from './fal-webhooks.js';

const [first, second] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const signal = new AbortController().signal;
const START = Date.parse('2026-11-26T09:00:00Z');

function signedBy({ privateKey }: { readonly privateKey: KeyObject }, body: string, atMs: number) {
  const timestamp = String(Math.floor(atMs / 1_000));
  const digest = createHash('sha256').update(body).digest('hex');
  const text = Buffer.from(['r-1', 'u-1', timestamp, digest].join('\n'));
  return {
    'x-fal-webhook-request-id': 'r-1',
    'x-fal-webhook-user-id': 'u-1',
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': sign(null, text, privateKey).toString('hex'),
  };
}

/** A place where these keys are published, among others of other kinds. */
function open(baseUrl = 'https://queue.fal.run') {
  const state = { nowMs: START, published: [first], asked: [] as string[] };
  const http: VendorHttp = {
    postJson: () => Promise.reject(new Error('not asked')),
    getJson: ({ url }) => {
      state.asked.push(url);
      const keys = state.published.map(({ publicKey }) => publicKey.export({ format: 'jwk' }));
      const text = JSON.stringify({ keys: [{ kty: 'RSA', x: '!' }, ...keys] });
      return Promise.resolve({
        ...{ status: 200, headers: {}, readText: () => Promise.resolve(text) },
        ...{ stream: (async function* () {})(), discard: () => undefined, release: () => undefined },
      });
    },
    close: () => Promise.resolve(),
  };
  const check = createFalWebhookCheck({ baseUrl, http }, () => state.nowMs);
  const ask = (body: string, headers: Readonly<Record<string, string>>) =>
    check({ headers, body: Buffer.from(body) }, signal);
  return { state, ask };
}

describe('a call of fal', () => {
  it('is its own where one of the keys that it publishes has signed it; they are asked for once', async () => {
    const { state, ask } = open();
    expect(await ask('{"a":1}', signedBy(first, '{"a":1}', START))).toBe(true);
    expect(await ask('', signedBy(first, '', START - 299_000))).toBe(true);
    expect(state.asked).toEqual(['https://rest.alpha.fal.ai/.well-known/jwks.json']);
  });

  it.each([
    ['of other bytes', '{"a":2}', signedBy(first, '{"a":1}', START)],
    ['by another key', '{}', signedBy(second, '{}', START)],
    ['of long ago', '{}', signedBy(first, '{}', START - 301_000)],
    ['of the future', '{}', signedBy(first, '{}', START + 301_000)],
    ['without a signature', '{}', {}],
    ['with what is none', '{}', { ...signedBy(first, '{}', START), 'x-fal-webhook-signature': 'zz' }],
    ['with a time that is none', '{}', { ...signedBy(first, '{}', START), 'x-fal-webhook-timestamp': 'now' }],
  ])('%s is not', async (_, body, headers) => {
    expect(await open().ask(body, headers)).toBe(false);
  });

  it('by a new key is known within the minute, and keys are not asked for each time', async () => {
    const { state, ask } = open();
    await ask('', signedBy(first, '', START));
    state.published = [second];
    expect(await ask('', signedBy(second, '', START))).toBe(false);
    state.nowMs += 61_000;
    expect(await ask('', signedBy(second, '', state.nowMs))).toBe(true);
    expect(state.asked).toHaveLength(2);
  });

  it('at an address of the operator’s is checked by the keys that are there', async () => {
    const { state, ask } = open('https://fal.example.com/queue');
    await ask('', signedBy(first, '', START));
    expect(state.asked).toEqual(['https://fal.example.com/.well-known/jwks.json']);
  });
});
