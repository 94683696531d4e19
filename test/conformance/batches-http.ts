import type { VendorHttp, VendorResponse } from '../../activities/providers/http.js';
import type { BatchedLine, SoughtVendorBatch } from '../../activities/providers/port.js';
import type { Json } from '../../workflows/contracts/json.js';

// A vendor of batches that answers as told, in place of the network.

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
}

export interface Told {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** A text as it is, anything else as JSON. */
  readonly body?: Json;
}

/** Keeps what is sent, and answers each request in turn; the last answer goes on. */
export function tellHttp(...answers: readonly Told[]): { readonly http: VendorHttp; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const handler =
    (method: string) =>
    async (request: Parameters<VendorHttp['postJson']>[0] | Parameters<VendorHttp['getJson']>[0]) => {
      sent.push({ method, url: request.url, headers: request.headers, text: await textOf(request) });
      const { status = 200, headers = {}, body = '' } = answers[Math.min(sent.length, answers.length) - 1] ?? {};
      const written = typeof body === 'string' ? body : JSON.stringify(body);
      const response: VendorResponse = {
        ...{ status, headers: { 'content-type': 'application/json', ...headers } },
        readText: () => Promise.resolve(written),
        stream: inPieces(written),
        discard: () => undefined,
        release: () => undefined,
      };
      return response;
    };
  const [postJson, getJson, deleteJson] = [handler('POST'), handler('GET'), handler('DELETE')];
  return { sent, http: { postJson, getJson, deleteJson, close: () => Promise.resolve() } };
}

/** As `tellHttp`, where all goes well: bodies alone. */
export function stubHttp(...answers: readonly Json[]): { readonly http: VendorHttp; readonly sent: Sent[] } {
  return tellHttp(...answers.map((body) => ({ body })));
}

async function textOf(
  request: Parameters<VendorHttp['postJson']>[0] | Parameters<VendorHttp['getJson']>[0],
): Promise<string> {
  const { bytes } = request;
  if (bytes === undefined) return 'body' in request ? request.body : '';
  if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of await bytes.open()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Cut in the middle of characters and lines. */
export async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
}

export async function* linesOf(...lines: readonly BatchedLine[]): AsyncGenerator<BatchedLine> {
  yield* lines;
}

/** What a test wants of a stream, as a list. */
export async function listOf<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of stream) list.push(item);
  return list;
}

/** A form's fields and files by their names (RFC 7578). */
export function fieldsOf(sent: Sent | undefined): { readonly [name: string]: string | undefined } {
  const [, boundary = ''] = /boundary=(.+)$/.exec(sent?.headers['content-type'] ?? '') ?? [];
  const parts = sent?.text.split(`--${boundary}`).slice(1, -1) ?? [];
  return Object.fromEntries(
    parts.map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      return [/name="([^"]+)"/.exec(head)?.[1] ?? '', rest.join('\r\n\r\n').replace(/\r\n$/, '')];
    }),
  );
}

/** A batch of one or two lines, of which one is called so, a minute after its hand-in broke off. */
export const sought: SoughtVendorBatch = {
  ...{ key: 'vb_1', lines: { least: 1, most: 2 }, agoMs: 60_000 },
  hasLine: (customId) => Promise.resolve(customId === 'req_1-1'),
};
