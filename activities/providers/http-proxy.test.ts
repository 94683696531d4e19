import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVendorHttp } from './http.js';
import type { VendorHttpOptions } from './http.js';
import { createRoutes } from './http-proxy.js';
import { ProviderFailure } from './port.js';

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

async function listen<S extends { listen(port: number, host: string): unknown } & NodeJS.EventEmitter>(server: S) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** A vendor that tells on which connection it was asked. */
const sockets = new Set<Socket>();
const vendor = createServer((request, response) => {
  request.resume();
  request.on('end', () =>
    response.end(JSON.stringify({ host: request.headers.host, port: request.socket.remotePort })),
  );
});
vendor.on('connection', (socket: Socket) => sockets.add(socket));

/** A proxy that takes every name for the vendor's, or answers CONNECT as the test wants. */
let refuse: string | undefined;
let connects: { readonly target: string | undefined; readonly authorization: string | undefined }[] = [];
let targetPort = 0;
const proxy: Server = createServer();
proxy.on('connect', (request, client: Socket, head: Buffer) => {
  sockets.add(client);
  client.on('error', () => undefined);
  connects.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
  if (refuse === 'silence') return;
  if (refuse !== undefined) return void client.end(`HTTP/1.1 ${refuse}\r\ncontent-length: 0\r\n\r\n`);
  const upstream = connect(targetPort, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on('error', () => client.destroy());
});

let proxyUrl = '';

beforeAll(async () => {
  await Promise.all([listen(vendor), listen(proxy)]);
  proxyUrl = `http://127.0.0.1:${portOf(proxy)}`;
});

beforeEach(() => {
  refuse = undefined;
  connects = [];
  targetPort = portOf(vendor);
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  vendor.close();
  proxy.close();
});

/** What some requests are answered, or how the first one fails. */
async function ask(options: VendorHttpOptions, url: string, times = 1) {
  const http = createVendorHttp(options);
  const answers: { host: string; port: number }[] = [];
  try {
    for (let round = 0; round < times; round += 1) {
      const signal = new AbortController().signal;
      const response = await http.postJson({ url, headers: {}, body: '{}', signal });
      answers.push(JSON.parse(await response.readText()) as { host: string; port: number });
    }
    return { answers };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { answers, failure: error };
  } finally {
    await http.close();
  }
}

describe('a vendor behind a proxy', () => {
  it('is reached through it, by a name that only the proxy can look up', async () => {
    const { answers, failure } = await ask({ proxies: { http: proxyUrl } }, 'http://vendor.invalid/v1');
    expect(failure).toBeUndefined();
    expect(answers).toEqual([{ host: 'vendor.invalid', port: expect.any(Number) as number }]);
    expect(connects).toEqual([{ target: 'vendor.invalid:80', authorization: undefined }]);
  });

  it('is reached on the same connection again', async () => {
    const { answers } = await ask({ proxies: { http: proxyUrl } }, 'http://vendor.invalid/v1', 6);
    // The second request may come before the first connection is known to be free again.
    expect(new Set(answers.map(({ port }) => port)).size).toBeLessThan(3);
    expect(connects.length).toBeLessThan(3);
  });

  it.each([
    ['hunter2', 'hunter2'],
    ['p%40ss%3Aword', 'p@ss:word'],
    ['', ''],
  ])('is reached with the credentials of the proxy’s URL: %j', async (inUrl, password) => {
    const http = proxyUrl.replace('//', `//some%20one:${inUrl}@`);
    const { failure } = await ask({ proxies: { http } }, 'http://vendor.invalid/v1');
    expect(failure).toBeUndefined();
    const expected = `Basic ${Buffer.from(`some one:${password}`).toString('base64')}`;
    expect(connects[0]?.authorization).toBe(expected);
  });

  it.each([
    ['407 Proxy Authentication Required', '(the proxy answered 407)'],
    ['403 Forbidden', '(the proxy answered 403)'],
    ['502 Bad Gateway', '(the proxy answered 502)'],
  ])('is not reached where the proxy says %s, which is told without its password', async (status, told) => {
    refuse = status;
    const http = proxyUrl.replace('//', '//someone:hunter2@');
    const { failure } = await ask({ proxies: { http } }, 'http://vendor.invalid/v1');
    expect(failure?.failure).toEqual({ class: 'connection' });
    expect(failure?.detail.message).toContain(`through the proxy 127.0.0.1:${portOf(proxy)} broke ${told}`);
    expect(inspect(failure, { depth: 9 })).not.toMatch(/hunter2|someone/);
  });

  it('is not reached where the proxy is down', async () => {
    const closed = await listen(createTcpServer());
    const port = portOf(closed);
    closed.close();
    await once(closed, 'close');
    const proxies = { http: `http://someone:hunter2@127.0.0.1:${port}` };
    const { failure } = await ask({ proxies }, 'http://vendor.invalid/v1');
    expect(failure?.failure).toEqual({ class: 'connection' });
    expect(failure?.detail.message).toContain(`through the proxy 127.0.0.1:${port} broke (ECONNREFUSED)`);
    expect(inspect(failure, { depth: 9 })).not.toContain('hunter2');
  });

  it('is not waited for where the proxy never answers', async () => {
    refuse = 'silence';
    const options = { proxies: { http: proxyUrl }, connectTimeoutMs: 300 };
    const { failure } = await ask(options, 'http://vendor.invalid/v1');
    expect(failure?.detail.message).toContain('through the proxy');
    expect(failure?.failure.class).toBe('timeout_first_token');
  });
});

describe('the way to a vendor', () => {
  const wayTo = (url: string, noProxy?: string) => {
    const proxies = { https: 'http://secure:1', http: 'http://plain:2', noProxy };
    return createRoutes({ agent: {}, connectTimeoutMs: 1, proxies }).routeOf(url).proxy;
  };

  it('is the proxy of the URL’s scheme', () => {
    expect(wayTo('https://api.openai.com/v1')).toBe('secure:1');
    expect(wayTo('http://models.internal/v1')).toBe('plain:2');
    const only = createRoutes({ agent: {}, connectTimeoutMs: 1, proxies: { https: 'http://secure:1' } });
    expect(only.routeOf('http://models.internal/v1').proxy).toBeUndefined();
    expect(createRoutes({ agent: {}, connectTimeoutMs: 1 }).routeOf('https://api.openai.com').proxy).toBeUndefined();
  });

  it.each(['http://127.0.0.1:11434', 'http://localhost:1', 'http://a.localhost', 'http://[::1]:1', 'http://127.9.9.9'])(
    'is straight ahead on this machine: %s',
    (url) => expect(wayTo(url)).toBeUndefined(),
  );

  it.each([
    ['*', 'https://api.openai.com', true],
    ['openai.com', 'https://api.openai.com', true],
    ['.openai.com', 'https://api.openai.com', true],
    ['*.openai.com', 'https://API.OpenAI.com.', true],
    ['OPENAI.COM', 'https://openai.com', true],
    ['openai.com', 'https://notopenai.com', false],
    ['openai.com:443', 'https://openai.com', true],
    ['openai.com:8443', 'https://openai.com', false],
    ['a.example, b.example', 'https://b.example', true],
    ['a.example b.example', 'https://b.example', true],
    ['10.0.0.7', 'http://10.0.0.7:8000', true],
    ['0.0.7', 'http://10.0.0.7', false],
    ['10.0.0.0/8', 'http://10.200.3.4:8000', true],
    ['10.0.0.0/8', 'http://11.0.0.1', false],
    ['10.0.0.0/33', 'http://10.0.0.1', false],
    ['fd00::/8', 'http://[fd12::1]:8000', true],
    ['fd12::1', 'http://[fd12::1]:8000', true],
    ['[fd12::1]:8000', 'http://[fd12::1]:8000', true],
    ['[fd12::1]:9000', 'http://[fd12::1]:8000', false],
    ['', 'https://api.openai.com', false],
  ])('with NO_PROXY=%s to %s is straight ahead: %s', (noProxy, url, isDirect) => {
    expect(wayTo(url, noProxy) === undefined).toBe(isDirect);
  });
});

describe('a connection', () => {
  /** Answers each look-up with these addresses, or never. */
  const lookupOf = (addresses?: readonly string[]): LookupFunction => {
    return (_name, _options, answer) => {
      const found = addresses?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (found !== undefined) process.nextTick(() => answer(null, found));
    };
  };

  it('is given up where the look-up of the name never ends', async () => {
    const options = { lookup: lookupOf(), connectTimeoutMs: 300 };
    const { failure } = await ask(options, `http://vendor.invalid:${portOf(vendor)}/v1`);
    expect(failure?.failure).toEqual({ class: 'connection' });
    expect(failure?.detail.message).toContain('UND_ERR_CONNECT_TIMEOUT');
  });

  it('is made with the address that works, whichever comes first', async () => {
    // Nobody listens at the first two.
    const options = { lookup: lookupOf(['::1', '127.0.0.9', '127.0.0.1']) };
    const { answers, failure } = await ask(options, `http://vendor.invalid:${portOf(vendor)}/v1`);
    expect(failure).toBeUndefined();
    expect(answers).toHaveLength(1);
  });
});

/** Made here, because a certificate in the repository would run out. */
function makeCertificate(folder: string): { readonly key: Buffer; readonly cert: Buffer } | undefined {
  const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyPath, '-out', certPath];
  const subject = ['-subj', '/CN=vendor.invalid', '-addext', 'subjectAltName=DNS:vendor.invalid'];
  try {
    execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(keyPath), cert: readFileSync(certPath) };
  } catch {
    console.warn('skipped: no openssl to make the certificate of a vendor with');
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-proxy-'));
const certificate = makeCertificate(folder);
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(certificate === undefined)('TLS with a vendor behind a proxy', () => {
  const script = `
    const { createVendorHttp } = await import(process.argv[1]);
    const http = createVendorHttp({ proxies: { https: process.argv[2] } });
    const signal = new AbortController().signal;
    const sent = http.postJson({ url: 'https://vendor.invalid/v1', headers: {}, body: '{}', signal });
    console.log(await sent.then((response) => response.readText(), (failure) => failure.detail.message));
    await http.close();
  `;
  const askFor = async (env: Record<string, string>) => {
    const secure = createTlsServer(certificate ?? {}, (request, response) => {
      request.resume().on('end', () => response.end('whole'));
    });
    await listen(secure);
    targetPort = portOf(secure);
    const url = new URL('./http.ts', import.meta.url).href;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script, url, proxyUrl];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env['PATH'], ...env },
    });
    secure.close();
    secure.closeAllConnections();
    return stdout.trim();
  };

  it('trusts what NODE_EXTRA_CA_CERTS names, and nothing else', async () => {
    expect(await askFor({ NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') })).toBe('whole');
    expect(connects.map(({ target }) => target)).toEqual(['vendor.invalid:443']);
    expect(await askFor({})).toMatch(/through the proxy 127\.0\.0\.1:\d+ broke \(\w*SELF_SIGNED\w*\)/);
  });
});
