import type { ClientSecretCredentialOptions, TokenCredential } from '@azure/identity';
import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import { abortFailure } from './http.js';
import { ProviderFailure } from './port.js';

/** A service principal of Microsoft Entra ID. */
export interface EntraSecret {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** As much of `TokenCredential` as is asked of it. */
export type EntraCredential = Pick<TokenCredential, 'getToken'>;

export interface EntraToken {
  /** A token that is valid now. Throws a `ProviderFailure` that holds no secret, or what the signal stands for. */
  get(signal: AbortSignal): Promise<string>;
  /** The vendor has refused this token: the next call exchanges the credential for another one. */
  drop(token: string): void;
}

export interface EntraTokenOptions {
  /** What the token is for, for example `https://cognitiveservices.azure.com/.default`. */
  readonly scope: string;
  /** Called before the first exchange, and again after a token was dropped, because a credential keeps its tokens. */
  readonly load: () => Promise<EntraCredential>;
  readonly nowMs?: () => number;
  readonly exchangeTimeoutMs?: number;
}

/** A service principal where one is given, else what the environment has: workload or managed identity, or a developer's login. */
export async function loadEntraCredential(
  secret?: EntraSecret,
  options: ClientSecretCredentialOptions = {},
): Promise<EntraCredential> {
  // Only here, because the library takes 0.6 s to load, which a gateway without Azure need not wait for.
  const { ClientSecretCredential, DefaultAzureCredential } = await import('@azure/identity');
  if (secret === undefined) return new DefaultAzureCredential(options);
  return new ClientSecretCredential(secret.tenantId, secret.clientId, secret.clientSecret, options);
}

interface Held {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** A token with less than this left is exchanged in the background while it still serves. */
const AHEAD_MS = 5 * 60_000;
/** A token this close to its end may not reach the vendor in time. */
const LEAST_LEFT_MS = 30_000;
/** How often the exchange in the background is tried. */
const PAUSE_MS = 30_000;

/** Keeps one token, and makes one exchange at a time however many calls wait for it. */
export function createEntraToken({
  scope,
  load,
  nowMs = Date.now,
  exchangeTimeoutMs = 20_000,
}: EntraTokenOptions): EntraToken {
  let credential: Promise<EntraCredential> | undefined;
  let held: Held | undefined;
  let exchanging: Promise<Held> | undefined;
  let lastTriedMs = 0;

  const exchange = async (): Promise<Held> => {
    lastTriedMs = nowMs();
    try {
      credential ??= load();
      const abortSignal = AbortSignal.timeout(exchangeTimeoutMs);
      const answer = await until(abortSignal, (await credential).getToken(scope, { abortSignal }));
      if (answer === null) throw NO_TOKEN;
      held = { token: answer.token, expiresAtMs: answer.expiresOnTimestamp };
      return held;
    } catch (error) {
      credential = undefined;
      throw toFailure(error);
    }
  };
  const start = (): Promise<Held> => (exchanging ??= exchange().finally(() => (exchanging = undefined)));

  return {
    get: async (signal) => {
      const leftMs = held === undefined ? 0 : held.expiresAtMs - nowMs();
      if (held === undefined || leftMs < LEAST_LEFT_MS) return (await orAborted(signal, start())).token;
      // One that fails in the background is tried again; its failure is told once the token at hand is used up.
      if (leftMs < AHEAD_MS && nowMs() - lastTriedMs >= PAUSE_MS) start().catch(() => undefined);
      return held.token;
    },
    drop: (token) => {
      if (held?.token !== token) return;
      held = undefined;
      credential = undefined;
    },
  };
}

/** A caller who leaves does not stop the exchange, which others may wait for. */
function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return race(signal, work, () => abortFailure(signal));
}

function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return race(signal, work, () => TIMED_OUT);
}

function race<T>(signal: AbortSignal, work: Promise<T>, failure: () => ProviderFailure): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(failure());
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

const TIMED_OUT = failed('connection', 'Microsoft Entra ID did not answer in time.');
const NO_TOKEN = failed('auth', 'Microsoft Entra ID gave no token.');

/**
 * What the library's errors begin with: OAuth's code (RFC 6749, section 5.2) as Entra ID gave it, or the library's own name for
 * what went wrong on the way. Any other code is about the credential.
 */
const CODES: { readonly [code: string]: AttemptFailure['class'] | undefined } = {
  endpoints_resolution_error: 'connection',
  openid_config_error: 'connection',
  network_error: 'connection',
  no_network_connectivity: 'connection',
  temporarily_unavailable: 'overloaded',
  server_error: 'vendor_error',
};

const WORDS: { readonly [K in AttemptFailure['class']]?: string } = {
  connection: 'Microsoft Entra ID could not be reached, or it has no such tenant.',
  overloaded: 'Microsoft Entra ID is overloaded.',
  vendor_error: 'Microsoft Entra ID failed to answer.',
  auth: "Microsoft Entra ID refused the gateway's credential.",
};

/** Why there is no token, in words of ours: the library's own name the tenant and the client, and quote what it was answered. */
function toFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  const code = /^([a-z_]{1,64}):/.exec(message)?.[1];
  // Each way of the environment has failed, or none was there to try.
  if (name === 'AggregateAuthenticationError' || (name === 'CredentialUnavailableError' && code === undefined)) {
    return failed('auth', 'No credential for Microsoft Entra ID was found in the environment of the gateway.');
  }
  const failureClass = (code === undefined ? undefined : CODES[code]) ?? 'auth';
  return failed(failureClass, WORDS[failureClass] ?? '', code);
}

function failed(failureClass: AttemptFailure['class'], message: string, vendorCode?: string): ProviderFailure {
  return new ProviderFailure({ class: failureClass, ...(vendorCode !== undefined && { vendorCode }) }, { message });
}
