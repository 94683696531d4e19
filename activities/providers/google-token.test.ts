import { createServer, type Server } from 'node:http';
import { generateKeyPairSync, verify } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { createGoogleTokens } from './google-token.js';
import { ProviderFailure } from './port.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** An endpoint for tokens that answers as it is told, and notes what it was asked. */
interface TokenServer {
  readonly url: string;
  readonly asked: URLSearchParams[];
  answer: (count: number) => { readonly status: number; readonly body: JsonObject };
  close(): Promise<void>;
}

async function startTokenServer(): Promise<TokenServer> {
  const asked: URLSearchParams[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      asked.push(new URLSearchParams(text));
      const { status, body } = state.answer(asked.length);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: TokenServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    answer: (count) => ({
      status: 200,
      body: { access_token: `token-${count}`, expires_in: 3600, token_type: 'Bearer' },
    }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return state;
}

let server: TokenServer;
beforeEach(async () => {
  server = await startTokenServer();
});
afterEach(() => server.close());

const account = (): JsonObject => ({
  type: 'service_account',
  project_id: 'p',
  private_key_id: 'k1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  client_email: 'sluice@p.iam.gserviceaccount.com',
  token_uri: server.url,
});
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('an access token of Google Cloud', () => {
  it('is exchanged for a claim that the account has signed', async () => {
    const tokens = createGoogleTokens({ credentials: account() });
    expect(await tokens.get()).toBe('token-1');
    const assertion = server.asked[0]?.get('assertion') ?? '';
    const [header = '', claim = '', signature = ''] = assertion.split('.');
    const signed = Buffer.from(`${header}.${claim}`);
    expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(claim, 'base64url').toString())).toMatchObject({
      iss: 'sluice@p.iam.gserviceaccount.com',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
  });

  it('is kept, and one exchange serves all who ask at the same time', async () => {
    const tokens = createGoogleTokens({ credentials: account() });
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(['token-1', 'token-1', 'token-1']);
    expect(await tokens.get()).toBe('token-1');
    expect(server.asked).toHaveLength(1);
  });

  it('is fetched anew while it is still good for some minutes', async () => {
    server.answer = (count) => ({ status: 200, body: { access_token: `token-${count}`, expires_in: 200 } });
    const tokens = createGoogleTokens({ credentials: account() });
    expect([await tokens.get(), await tokens.get()]).toEqual(['token-1', 'token-2']);
  });

  it('is forgotten once where it was refused', async () => {
    const tokens = createGoogleTokens({ credentials: account() });
    const first = await tokens.get();
    tokens.drop(first);
    const second = await tokens.get();
    tokens.drop(first);
    expect([first, second, await tokens.get()]).toEqual(['token-1', 'token-2', 'token-2']);
  });

  it.each([
    [400, 'auth'],
    [401, 'auth'],
    [403, 'auth'],
  ])('is refused with HTTP %d: %s, without a word of the request', async (status, failureClass) => {
    server.answer = () => ({ status, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } });
    const failure = await failureOf(createGoogleTokens({ credentials: account() }).get());
    expect(failure).toBeInstanceOf(ProviderFailure);
    expect(failure).toMatchObject({ failure: { class: failureClass } });
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/assertion|JWT|PRIVATE/);
  });

  it('is out of reach where nobody listens', async () => {
    const credentials = account();
    await server.close();
    const failure = await failureOf(createGoogleTokens({ credentials }).get());
    expect(failure).toMatchObject({ failure: { class: 'connection' } });
    server = await startTokenServer();
  });

  it('is asked for again after a failure', async () => {
    server.answer = (count) =>
      count === 1
        ? { status: 400, body: { error: 'invalid_grant' } }
        : { status: 200, body: { access_token: 'later', expires_in: 3600 } };
    const tokens = createGoogleTokens({ credentials: account() });
    await failureOf(tokens.get());
    expect(await tokens.get()).toBe('later');
  });
});
