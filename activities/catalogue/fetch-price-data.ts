import { createHash } from 'node:crypto';

/** LiteLLM's map is 3.5 MB. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

export interface PriceText {
  readonly text: string;
  /** SHA-256 in hex. */
  readonly contentHash: string;
}

/** Why newer prices could not be read, in a sentence without secrets. */
export class PriceSourceError extends Error {
  override readonly name = 'PriceSourceError';
}

/** What a log may hold of a URL. */
export function sourceOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/**
 * What stands at a URL that the operator has set, whole or not at all. Redirects are not followed: where the data comes from is
 * the operator's choice, and not that of a server. @throws PriceSourceError
 */
export async function fetchPriceData(url: string): Promise<PriceText> {
  const response = await request(url);
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new PriceSourceError('it redirects elsewhere: set the URL that it leads to');
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new PriceSourceError(`it answered with status ${response.status}`);
  }
  const bytes = await readCapped(response.body);
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes);
  return { text, contentHash: createHash('sha256').update(bytes).digest('hex') };
}

async function request(url: string): Promise<Response> {
  try {
    const headers = { accept: 'application/json, text/plain' };
    return await fetch(url, { redirect: 'manual', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : (cause as Error).name;
    throw new PriceSourceError(`it does not answer (${code})`, { cause: error });
  }
}

async function readCapped(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > MAX_BYTES) throw new PriceSourceError(`it is larger than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PriceSourceError) throw error;
    throw new PriceSourceError('it broke off in the middle', { cause: error });
  }
  return Buffer.concat(chunks);
}
