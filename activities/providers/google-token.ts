import { gaxios, GoogleAuth } from 'google-auth-library';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { ProviderFailure } from './port.js';
import type { TokenSource } from './token-http.js';

export interface GoogleCredentials {
  /** A key file's content (a service account, or a federated identity); absent for what the machine itself has. */
  readonly credentials?: JsonObject | undefined;
}

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];
const EXCHANGE_TIMEOUT_MS = 15_000;

/**
 * Access tokens of Google Cloud, by application default credentials or a key file
 * (https://cloud.google.com/docs/authentication). The library keeps a token until five minutes before its end.
 */
export function createGoogleTokens({ credentials }: GoogleCredentials): TokenSource {
  let auth = createAuth(credentials);
  let latest: string | undefined;
  let exchange: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    try {
      const token = await auth.getAccessToken();
      if (token == null || token === '') throw refused();
      latest = token;
      return token;
    } catch (error) {
      throw toTokenFailure(error);
    } finally {
      exchange = undefined;
    }
  };

  return {
    get: () => (exchange ??= ask()),
    drop: (token) => {
      // Another request may have dropped it, and there is a newer one already.
      if (token !== latest) return;
      latest = undefined;
      auth = createAuth(credentials);
    },
  };
}

function createAuth(credentials: JsonObject | undefined): GoogleAuth {
  const transporter = new gaxios.Gaxios({ timeout: EXCHANGE_TIMEOUT_MS });
  const tokenUri = credentials?.['token_uri'];
  if (typeof tokenUri === 'string') {
    // The library asks Google's own endpoint whatever the key file names; a proxy is named there.
    transporter.interceptors.request.add({
      resolved: (config) => {
        if (String(config.url) === GOOGLE_TOKEN_URL) config.url = new URL(tokenUri);
        return Promise.resolve(config);
      },
    });
  }
  return new GoogleAuth({
    scopes: SCOPES,
    clientOptions: { transporter },
    ...(credentials !== undefined && { credentials: { ...credentials } }),
  });
}

const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** The library's errors quote the request, and with it what it was signed with; nothing of them goes on. */
function toTokenFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  const status = numberOf(error, 'status') ?? numberOf(error, 'code');
  if (status !== undefined && status >= 500) return unreachable('connection');
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const isNetwork = error instanceof gaxios.GaxiosError && status === undefined;
  return isNetwork || (typeof code === 'string' && code.startsWith('E')) ? unreachable('connection') : refused();
}

function numberOf(error: unknown, field: 'status' | 'code'): number | undefined {
  if (typeof error !== 'object' || error === null || !(field in error)) return undefined;
  const value = Number((error as Readonly<Record<string, unknown>>)[field]);
  return Number.isInteger(value) ? value : undefined;
}

function unreachable(failureClass: FailureClass): ProviderFailure {
  return new ProviderFailure({ class: failureClass }, { message: 'No access token could be fetched from Google.' });
}

function refused(): ProviderFailure {
  return new ProviderFailure({ class: 'auth' }, { message: "Google refused the gateway's credentials, or has none." });
}
