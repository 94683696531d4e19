import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { VendorHttp } from './http.js';
import { readJson } from './look-json.js';
import { streamForm } from './multipart-body.js';
import type { BatchedLine, BatchedResult } from './port.js';
import type { VendorTarget } from './vendor-endpoint.js';

/** The lines of a batch in its vendor's form, as they are read. */
export async function* toJsonLines(
  lines: AsyncIterable<BatchedLine>,
  render: (line: BatchedLine) => Json,
): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${JSON.stringify(render(line))}\n`);
}

/** What a vendor's lines of answers say, as they come. */
export async function* fromJsonLines(
  lines: AsyncIterable<JsonObject>,
  read: (line: JsonObject) => BatchedResult,
): AsyncGenerator<BatchedResult> {
  for await (const line of lines) yield read(line);
}

/** A batch has no streams, and some vendors refuse the word. */
export function withoutStream({ stream: _, ...body }: JsonObject): JsonObject {
  return body;
}

/** What files of lines are called at vendors. */
export const LINES_FILE = 'batch.jsonl';

export interface LinesUpload {
  readonly http: VendorHttp;
  readonly target: VendorTarget;
  /** Of the form, before the file; the purpose is `batch` unless it is among them. */
  readonly fields?: { readonly [name: string]: string };
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Uploads a file of lines by OpenAI's form (as for `POST /files`), and gives what the vendor says of it. Throws a `ProviderFailure`. */
export function uploadLines({ http, target, fields = {}, pieces, signal }: LinesUpload): Promise<JsonObject> {
  const file = { name: 'file', filename: LINES_FILE, mediaType: 'application/jsonl', pieces };
  const form = streamForm({ purpose: 'batch', ...fields }, file);
  const headers = { ...target.headers, 'content-type': form.contentType };
  return readJson(http.postJson({ url: target.url, headers, body: '', bytes: form.body, signal }));
}
