import type { VendorHttp, VendorResponse } from '../../activities/providers/http.js';
import type { BatchedLine, SoughtVendorBatch } from '../../activities/providers/port.js';
import type { Json } from '../../workflows/contracts/json.js';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly text: string;
  readonly headers: { readonly [name: string]: string };
}

/** Keeps what is sent, and answers each request in turn; the last answer goes on. A text is answered as it is. */
export function stubHttp(...answers: readonly Json[]): { readonly http: VendorHttp; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const handler =
    (method: string) =>
    async (request: Parameters<VendorHttp['postJson']>[0] | Parameters<VendorHttp['getJson']>[0]) => {
      const pieces: Uint8Array[] = [];
      const streamed = request.bytes instanceof Uint8Array ? undefined : await request.bytes?.open();
      for await (const piece of streamed ?? []) pieces.push(piece);
      const text = pieces.length > 0 ? Buffer.concat(pieces).toString() : 'body' in request ? request.body : '';
      sent.push({ method, url: request.url, headers: request.headers, text });
      const answer = answers[Math.min(sent.length, answers.length) - 1] ?? {};
      const written = typeof answer === 'string' ? answer : JSON.stringify(answer);
      const response: VendorResponse = {
        ...{ status: 200, headers: { 'content-type': 'application/json' } },
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

/** Cut in the middle of characters and lines. */
export async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
}

export async function* linesOf(...lines: readonly BatchedLine[]): AsyncGenerator<BatchedLine> {
  yield* lines;
}

/** A batch of one or two lines, of which one is called so, a minute after its hand-in broke off. */
export const sought: SoughtVendorBatch = {
  ...{ key: 'vb_1', lines: { least: 1, most: 2 }, agoMs: 60_000 },
  hasLine: (customId) => Promise.resolve(customId === 'req_1-1'),
};
