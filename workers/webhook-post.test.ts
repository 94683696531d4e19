import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Resolve } from '../activities/providers/guarded-lookup.js';
import { createVendorHttp, type VendorHttp, type VendorHttpOptions } from '../activities/providers/http.js';
import type { WebhookAnswer } from '../workflows/contracts/webhooks.js';
import { createWebhookPost } from './webhook-post.js';

/** Counts connections, and answers each with the same bytes, or never. */
let accepted = 0;
let bytes: string | undefined = 'HTTP/1.1 204 No Content\r\n\r\n';
const server = createServer((socket) => {
  accepted += 1;
  socket.on('error', () => undefined);
  socket.on('data', () => {
    if (bytes !== undefined) socket.end(bytes);
  });
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

const clients: VendorHttp[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

function post(url: string, options: VendorHttpOptions = {}, timeoutMs = 5_000): Promise<WebhookAnswer> {
  accepted = 0;
  const http = createVendorHttp(options);
  clients.push(http);
  return createWebhookPost(http)({ url, headers: {}, body: '{}', timeoutMs });
}
const here = () => `http://127.0.0.1:${port}/`;
const leadingTo =
  (...addresses: readonly string[]): Resolve =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );

describe('a receiver in a private network', () => {
  it.each(['127.0.0.1', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost'])('is not connected to as %s', async (host) => {
    expect(await post(`http://${host}:${port}/`, { publicOnly: true })).toEqual({ failure: 'address_not_public' });
    expect(accepted).toBe(0);
  });

  it('is not connected to by a name that leads there, alone or among others', async () => {
    for (const resolve of [leadingTo('127.0.0.1'), leadingTo('8.8.8.8', '127.0.0.1')]) {
      const answer = await post(`http://receiver.example:${port}/`, { publicOnly: true, resolve });
      expect(answer).toEqual({ failure: 'address_not_public' });
      expect(accepted).toBe(0);
    }
  });

  it('is not reached by a redirect', async () => {
    bytes = `HTTP/1.1 302 Found\r\nlocation: ${here()}inside\r\ncontent-length: 0\r\n\r\n`;
    expect(await post(here())).toEqual({ status: 302 });
    expect(accepted).toBe(1);
  });
});

describe('what came of it', () => {
  it.each([
    ['a status', 'HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n', { status: 503, retryAfter: '7' }],
    ['no HTTP', 'this is no HTTP\r\n\r\n', { failure: 'bad_answer' }],
    ['nothing', '', { failure: 'connection' }],
  ])('is %s', async (_, answer, expected) => {
    bytes = answer;
    expect(await post(here())).toEqual(expected);
  });

  it('is a timeout where nothing comes in time', async () => {
    bytes = undefined;
    expect(await post(here(), {}, 100)).toEqual({ failure: 'timeout' });
  });

  it('is a fault of TLS where there is none', async () => {
    bytes = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    expect(await post(here().replace('http:', 'https:'))).toEqual({ failure: 'tls' });
  });

  it('is a fault of the connection, or of its name', async () => {
    expect(await post('http://127.0.0.1:1/')).toEqual({ failure: 'connection' });
    const unknown: Resolve = (_name, callback) =>
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    expect(await post('http://receiver.example/', { publicOnly: true, resolve: unknown })).toEqual({
      failure: 'name_not_resolved',
    });
  });
});
