import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './listen.js';

/** One request as it came in; `json` is the body where it is JSON. */
export interface MediaRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly json: ReturnType<typeof JSON.parse>;
}

export interface MediaResponse {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** An object is sent as JSON. Pieces are sent one by one, each once the one before it has been taken. */
  readonly body?: object | Buffer | string;
  readonly pieces?: Iterable<Buffer | string> | AsyncIterable<Buffer | string>;
  /** Breaks the connection after what was sent. */
  readonly cut?: true;
}

/** Answers one request; what it throws is a 500, and what it leaves open stays open until the vendor is closed. */
export type MediaScript = (request: MediaRequest) => MediaResponse | Promise<MediaResponse>;

/**
 * A vendor of what is no conversation, scripted by the test in the vendor's own wire format: it keeps what it was asked, and
 * behaves as the script says, well or badly.
 */
export interface MediaVendor {
  /** Without a path. */
  readonly origin: string;
  readonly requests: readonly MediaRequest[];
  script: MediaScript;
  reset(): void;
  close(): Promise<void>;
}

export async function startMediaVendor(script: MediaScript): Promise<MediaVendor> {
  const requests: MediaRequest[] = [];
  const { origin, close } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read = await readRequest(request);
    requests.push(read);
    await send(response, await vendor.script(read));
  };
  const vendor: MediaVendor = {
    origin,
    requests,
    script,
    reset: () => {
      requests.length = 0;
      vendor.script = script;
    },
    close,
  };
  return vendor;
}

async function readRequest(request: IncomingMessage): Promise<MediaRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const isJson = (request.headers['content-type'] ?? '').includes('json');
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
    json: isJson && body.length > 0 ? JSON.parse(body.toString()) : undefined,
  };
}

async function send(
  response: ServerResponse,
  { status = 200, headers, body, pieces, cut }: MediaResponse,
): Promise<void> {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
  response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...headers });
  if (body !== undefined) response.write(isJson ? JSON.stringify(body) : body);
  for await (const piece of pieces ?? []) {
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
  }
  if (cut) response.destroy();
  else response.end();
}
