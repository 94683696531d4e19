import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEntraToken, loadEntraCredential, type EntraCredential } from './entra-token.js';
import { ProviderFailure } from './port.js';

const scope = 'https://cognitiveservices.azure.com/.default';
const never = new AbortController().signal;

async function failureOf(promise: Promise<unknown>): Promise<ProviderFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderFailure)) throw new Error('expected a ProviderFailure', { cause: error });
  return error;
}

/** A credential whose exchanges end when the test says so. */
function held() {
  const open: { resolve: (token: string, lifeMs?: number) => void; reject: (error: Error) => void }[] = [];
  let now = 1_000_000;
  let loads = 0;
  const credential: EntraCredential = {
    getToken: () =>
      new Promise((resolve, reject) => {
        const settle = (token: string, lifeMs = 3_600_000) => resolve({ token, expiresOnTimestamp: now + lifeMs });
        open.push({ resolve: settle, reject });
      }),
  };
  const load = (): Promise<EntraCredential> => {
    loads += 1;
    return Promise.resolve(credential);
  };
  const token = createEntraToken({ scope, load, nowMs: () => now, exchangeTimeoutMs: 60_000 });
  /** The exchange of this number, once it has begun. */
  const exchange = async (number: number) => {
    while (open.length < number) await new Promise(setImmediate);
    const found = open[number - 1];
    if (found === undefined) throw new Error('no such exchange');
    return found;
  };
  const made = async () => {
    await new Promise(setImmediate);
    return open.length;
  };
  return { token, exchange, made, loads: () => loads, pass: (ms: number) => (now += ms) };
}

describe('a token', () => {
  it('is exchanged for once, however many wait for it, and kept', async () => {
    const { token, exchange, made, loads } = held();
    const waiting = [token.get(never), token.get(never), token.get(never)];
    (await exchange(1)).resolve('a');
    expect(await Promise.all(waiting)).toEqual(['a', 'a', 'a']);
    expect(await token.get(never)).toBe('a');
    expect([await made(), loads()]).toEqual([1, 1]);
  });

  it('is exchanged ahead of its end, while it still serves', async () => {
    const { token, exchange, made, pass } = held();
    const first = token.get(never);
    (await exchange(1)).resolve('a');
    await first;
    pass(3_600_000 - 4 * 60_000);
    expect(await token.get(never)).toBe('a');
    const second = await exchange(2);
    expect(await token.get(never)).toBe('a');
    second.resolve('b');
    expect(await made()).toBe(2);
    expect(await token.get(never)).toBe('b');
  });

  it('is waited for where it has all but ended, and its failure is told then', async () => {
    const { token, exchange, made, pass } = held();
    const first = token.get(never);
    (await exchange(1)).resolve('a');
    await first;
    pass(3_600_000 - 4 * 60_000);
    await token.get(never);
    (await exchange(2)).reject(new Error('server_error: Error(s): tenant t, secret hunter2'));
    await made();
    // Not asked again at once.
    expect([await token.get(never), await made()]).toEqual(['a', 2]);
    pass(4 * 60_000 - 1_000);
    const late = failureOf(token.get(never));
    (await exchange(3)).reject(new Error('server_error: Error(s): tenant t, secret hunter2'));
    const failure = await late;
    expect(failure.failure).toEqual({ class: 'vendor_error', vendorCode: 'server_error' });
    expect(inspect(failure, { depth: 9 })).not.toMatch(/hunter2|tenant t/);
  });

  it('that the vendor has refused is dropped once, and with it the credential that keeps it', async () => {
    const { token, exchange, loads, made } = held();
    const first = token.get(never);
    (await exchange(1)).resolve('a');
    await first;
    token.drop('another');
    token.drop('a');
    token.drop('a');
    const second = token.get(never);
    (await exchange(2)).resolve('b');
    expect([await second, loads(), await made()]).toEqual(['b', 2, 2]);
  });

  it('is not waited for by a caller who has left, and comes to the others', async () => {
    const { token, exchange } = held();
    const controller = new AbortController();
    const left = failureOf(token.get(controller.signal));
    const staying = token.get(never);
    const begun = await exchange(1);
    controller.abort({ class: 'timeout_first_token' });
    expect((await left).failure).toEqual({ class: 'timeout_first_token' });
    begun.resolve('a');
    expect(await staying).toBe('a');
  });

  it('that does not come in time is a connection that failed', async () => {
    const stuck: EntraCredential = { getToken: () => new Promise(() => undefined) };
    const token = createEntraToken({ scope, load: () => Promise.resolve(stuck), exchangeTimeoutMs: 20 });
    expect((await failureOf(token.get(never))).failure).toEqual({ class: 'connection' });
  });

  it('that nothing in the environment can get is told as such', async () => {
    const unavailable = Object.assign(new Error('EnvironmentCredential is unavailable.'), {
      name: 'AggregateAuthenticationError',
    });
    const none: EntraCredential = { getToken: () => Promise.reject(unavailable) };
    const token = createEntraToken({ scope, load: () => Promise.resolve(none) });
    const { failure, detail } = await failureOf(token.get(never));
    expect([failure, detail.message]).toEqual([{ class: 'auth' }, expect.stringContaining('No credential')]);
  });
});

/** The library takes no authority without TLS, so the certificate is made here. */
function makeCertificate(folder: string): { readonly key: Buffer; readonly cert: Buffer } | undefined {
  const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyPath, '-out', certPath];
  try {
    execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(keyPath), cert: readFileSync(certPath) };
  } catch {
    console.warn('skipped: no openssl to make the certificate of a stand-in for Microsoft Entra ID with');
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-entra-'));
const certificate = makeCertificate(folder);

describe.skipIf(certificate === undefined)('the credential of a service principal, as the library exchanges it', () => {
  const secret = { tenantId: '00000000-0000-0000-0000-000000000001', clientId: 'client-1', clientSecret: 'hunter2' };
  let answer: { readonly status: number; readonly body: object } = { status: 200, body: {} };
  let asked: string[] = [];
  let authority: Server;
  let authorityHost = '';

  beforeAll(async () => {
    authority = createServer(certificate ?? {}, (request, response) => {
      let body = '';
      request.on('data', (bytes: Buffer) => (body += bytes.toString()));
      request.on('end', () => {
        const base = `${authorityHost}/${secret.tenantId}`;
        const isMetadata = request.url?.includes('openid-configuration') === true;
        const metadata = {
          token_endpoint: `${base}/oauth2/v2.0/token`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          issuer: `${base}/v2.0`,
          jwks_uri: `${base}/keys`,
        };
        if (!isMetadata) asked.push(body);
        response.writeHead(isMetadata ? 200 : answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(isMetadata ? metadata : answer.body));
      });
    });
    authority.listen(0, '127.0.0.1');
    await once(authority, 'listening');
    authorityHost = `https://localhost:${(authority.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    authority.close();
    authority.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  const tokenAt = (host: string) => {
    const tlsOptions = { ca: certificate?.cert.toString() ?? '' };
    const options = {
      authorityHost: host,
      disableInstanceDiscovery: true,
      tlsOptions,
      retryOptions: { maxRetries: 0 },
    };
    return createEntraToken({ scope, load: () => loadEntraCredential(secret, options) });
  };

  it('is exchanged for a token of the scope', async () => {
    asked = [];
    answer = { status: 200, body: { token_type: 'Bearer', expires_in: 3600, access_token: 'token-1' } };
    expect(await tokenAt(authorityHost).get(never)).toBe('token-1');
    const form = new URLSearchParams(asked[0]);
    expect(form.get('grant_type')).toBe('client_credentials');
    expect(form.get('scope')).toContain(scope);
    expect([form.get('client_id'), form.get('client_secret')]).toEqual(['client-1', 'hunter2']);
  });

  it.each([
    [401, 'invalid_client', 'auth'],
    [400, 'unauthorized_client', 'auth'],
    [429, 'temporarily_unavailable', 'overloaded'],
    [503, 'server_error', 'vendor_error'],
  ])('is refused with %i %s: %s, without a word of what was sent', async (status, error, failureClass) => {
    answer = { status, body: { error, error_description: 'AADSTS7000215: hunter2 of client-1' } };
    const failure = await failureOf(tokenAt(authorityHost).get(never));
    expect(failure.failure).toEqual({ class: failureClass, vendorCode: error });
    expect(inspect(failure, { depth: 9 })).not.toMatch(/hunter2|client-1|AADSTS/);
  });

  it('fails to connect where nobody listens', async () => {
    const { failure } = await failureOf(tokenAt('https://localhost:1').get(never));
    expect(failure).toEqual({ class: 'connection', vendorCode: 'endpoints_resolution_error' });
  });
});
