import type { ChatAttempt } from '../../port.js';

/** What is asked of a model: an answer, plain or streamed, how many tokens a request has, or vectors. */
export type GoogleMethod =
  'generateContent' | 'streamGenerateContent' | 'countTokens' | 'batchEmbedContents' | 'embedContent' | 'predict';

export interface GoogleSent {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/** Where a method of a model is, and what proves that we may call it; may fetch a token. */
export type GoogleEndpoint = (
  offer: Pick<ChatAttempt['offer'], 'vendorModel'>,
  method: GoogleMethod,
) => GoogleSent | Promise<GoogleSent>;

export interface GeminiAccess {
  readonly apiKey: string;
  /** With or without its version, and with or without `/openai`: users give all three. */
  readonly baseUrl: string;
}

/** https://ai.google.dev/api: a key of Google AI Studio, and models by their names. */
export function createGeminiEndpoint({ apiKey, baseUrl }: GeminiAccess): GoogleEndpoint {
  const root = geminiRoot(baseUrl);
  return ({ vendorModel }, method) => ({
    url: `${root}/v1beta/models/${encodeURIComponent(vendorModel)}:${methodPath(method)}`,
    headers: { 'x-goog-api-key': apiKey, 'content-type': 'application/json' },
  });
}

/** Without the version, and whatever is behind it. */
export function geminiRoot(baseUrl: string): string {
  return baseUrl
    .replace(/\/+$/, '')
    .replace(/\/openai$/, '')
    .replace(/\/v1beta$/, '');
}

/** Without `alt=sse` a stream is one JSON list, which cannot be read before its end. */
export function methodPath(method: GoogleMethod): string {
  return method === 'streamGenerateContent' ? `${method}?alt=sse` : method;
}
