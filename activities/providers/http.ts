import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { buildConnector, errors, request } from 'undici';
import type { Dispatcher } from 'undici';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Json } from '../../workflows/contracts/json.js';
import { classifyHttpFailure } from './classify-failure.js';
import { createGuard, type Resolve } from './guarded-lookup.js';
import { createRoutes } from './http-proxy.js';
import type { ProxySettings, Route } from './http-proxy.js';
import { ProviderFailure } from './port.js';

export { readServerSentEvents } from './server-sent-events.js';
export type { ServerSentEvent } from './server-sent-events.js';

/** The most bytes that a plain answer may have. */
export const MAX_PLAIN_BODY_BYTES = 64 * 1024 * 1024;

/** What explains a refusal fits in far less; the rest of a longer one is not read. */
const MAX_ERROR_BODY_BYTES = 256 * 1024;

/** What is read while it is sent, and never whole. */
export interface VendorBody {
  /** In bytes, all that it gives; absent where nobody can tell before: it is sent in chunks then. */
  readonly length?: number;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface VendorRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** JSON, already written out. */
  readonly body: string;
  /** Sent in the place of `body`, which is then empty: a form or a file, whose type `headers` name. */
  readonly bytes?: Uint8Array | VendorBody;
  /** Its reason may be `{class: FailureClass}`, which then is the failure's class; any other reason means `cancelled`. */
  readonly signal: AbortSignal;
}

export interface VendorResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by `, `. */
  readonly headers: { readonly [name: string]: string };
  /** The vendor's own id of the request (`x-request-id`, `request-id` or `x-amzn-requestid`). */
  readonly vendorRequestId?: string;
  /** The whole body, decoded. Throws `bad_response` past the limit, 64 MiB by default, and `cut` where it breaks off. */
  readText(limitBytes?: number): Promise<string>;
  /**
   * The body as it arrives, read only as fast as it is iterated; to be read once, by this or by `readText`. Whoever stops
   * in the middle ends the connection, so that the vendor learns that nobody listens.
   */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Gives up what has not been read, and with it the connection. A no-op after the end. */
  discard(): void;
  /** The vendor's end marker has come: what follows is read and dropped, so that the connection can serve again. */
  release(): void;
}

/** The way to vendors: no retries, no redirects, and every fault is a `ProviderFailure` without content. */
export interface VendorHttp {
  postJson(request: VendorRequest): Promise<VendorResponse>;
  /** Absent from clients of tests whose vendors have nothing to put. */
  putJson?(request: VendorRequest): Promise<VendorResponse>;
  getJson(request: Omit<VendorRequest, 'body'>): Promise<VendorResponse>;
  /** Absent as `putJson` is. */
  deleteJson?(request: Omit<VendorRequest, 'body'>): Promise<VendorResponse>;
  /**
   * The way to addresses that callers and vendors' answers name: public ones alone. Absent from clients of tests that never
   * leave their vendor.
   */
  readonly elsewhere?: VendorHttp;
  /** Ends idle connections at once and the others when their requests end. */
  close(): Promise<void>;
}

export interface VendorHttpOptions {
  /**
   * Most connections to one origin at a time; requests beyond it wait for one, unseen. Absent for as many as there are requests, which
   * whoever admits them has limited.
   */
  readonly connections?: number;
  /** From the look-up of the name to the end of the handshake. */
  readonly connectTimeoutMs?: number;
  /** The longest silence, before the answer or within it: a backstop behind the deadlines that come by `signal`. */
  readonly silenceTimeoutMs?: number;
  /** Absent where the vendors are reached straight ahead. */
  readonly proxies?: ProxySettings | undefined;
  /**
   * Connects to public addresses alone: for URLs that an organisation has set, which must not lead into the operator's own
   * network. Redirects are never followed, so that a public server cannot lead there either. No
   * proxy is used, because it would resolve the names itself.
   */
  readonly publicOnly?: boolean;
  /** Looks names up in place of the system's resolver; for tests. */
  readonly lookup?: LookupFunction;
  /** Resolves names for `publicOnly` in place of the system's resolver; for tests. */
  readonly resolve?: Resolve;
}

/** Pools connections by origin and keeps them open between requests. */
export function createVendorHttp(options: VendorHttpOptions = {}): VendorHttp {
  const silenceTimeoutMs = options.silenceTimeoutMs ?? 600_000;
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
  const agent = {
    connections: options.connections ?? null,
    // One request at a time on a connection: a long stream must not hold up the answers behind it.
    pipelining: 1,
    connect: options.publicOnly
      ? guardedConnector(connectTimeoutMs, options.resolve)
      : openConnect(options, connectTimeoutMs),
    headersTimeout: silenceTimeoutMs,
    bodyTimeout: silenceTimeoutMs,
    // Shorter than the idle limits of vendors' load balancers (60 s and more), so that few sends meet a closed connection.
    keepAliveTimeout: 30_000,
  };
  const routes = createRoutes({ agent, connectTimeoutMs, proxies: options.publicOnly ? undefined : options.proxies });
  let guarded: VendorHttp | undefined;
  const client: VendorHttp = {
    postJson: (vendorRequest) => send(routes.routeOf, 'POST', vendorRequest),
    putJson: (vendorRequest) => send(routes.routeOf, 'PUT', vendorRequest),
    getJson: (vendorRequest) => send(routes.routeOf, 'GET', vendorRequest),
    deleteJson: (vendorRequest) => send(routes.routeOf, 'DELETE', vendorRequest),
    get elsewhere() {
      if (options.publicOnly) return client;
      return (guarded ??= createVendorHttp({ ...options, publicOnly: true }));
    },
    close: async () => {
      await Promise.all([routes.close(), guarded?.close()]);
    },
  };
  return client;
}

function openConnect({ lookup }: VendorHttpOptions, timeout: number): buildConnector.BuildOptions {
  // A host whose IPv6 address is not reachable is tried at its IPv4 address after a quarter of a second.
  return { timeout, autoSelectFamily: true, ...(lookup !== undefined && { lookup }) };
}

/** Checked at each connection, on the very addresses that it goes to: a name may mean another one the next time. */
function guardedConnector(timeout: number, resolve: Resolve | undefined): buildConnector.connector {
  const guard = createGuard(resolve);
  const connect = buildConnector({ timeout, autoSelectFamily: true, lookup: guard.lookup });
  return (target, callback) => {
    const refused = guard.refuseLiteral(target.hostname);
    if (refused) callback(refused, null);
    else connect(target, callback);
  };
}

async function send(
  routeOf: (url: string) => Route,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  { url, headers, body, bytes, signal }: Omit<VendorRequest, 'body'> & { readonly body?: string },
): Promise<VendorResponse> {
  if (signal.aborted) throw abortFailure(signal);
  // Answers are not decompressed here, so none may be compressed.
  const type = body === undefined ? { accept: 'application/json' } : { 'content-type': 'application/json' };
  const sent = { ...type, 'accept-encoding': 'identity', ...headers, ...lengthOf(bytes) };
  let proxy: string | undefined;
  try {
    const route = routeOf(url);
    proxy = route.proxy;
    const sentBody = body === undefined ? {} : { body: bytes === undefined ? body : await toSent(bytes) };
    const response = await request(url, { dispatcher: route.dispatcher, method, headers: sent, ...sentBody, signal });
    return toVendorResponse(response, signal);
  } catch (error) {
    throw toProviderFailure(error, signal, 'connection', proxy);
  }
}

/** Of what is streamed; undici knows it of the rest. */
function lengthOf(bytes: VendorRequest['bytes']): { readonly 'content-length'?: string } {
  if (bytes === undefined || bytes instanceof Uint8Array || bytes.length === undefined) return {};
  return { 'content-length': String(bytes.length) };
}

async function toSent(bytes: Uint8Array | VendorBody): Promise<Uint8Array | Readable> {
  return bytes instanceof Uint8Array ? bytes : Readable.from(await bytes.open(), { objectMode: false });
}

function toVendorResponse(response: Dispatcher.ResponseData, signal: AbortSignal): VendorResponse {
  const headers = joinHeaders(response.headers);
  const { body } = response;
  // A body that is given up reports that as an error, which nobody may be listening to any more.
  body.on('error', () => undefined);
  const vendorRequestId = headers['x-request-id'] ?? headers['request-id'] ?? headers['x-amzn-requestid'];
  let released = false;
  const leave = (): void => {
    if (body.readableEnded) return;
    if (released) drain(body);
    else body.destroy();
  };
  const stream = readBody(body, signal, leave);
  return {
    status: response.statusCode,
    headers,
    ...(vendorRequestId !== undefined && { vendorRequestId }),
    stream,
    readText: (limitBytes = MAX_PLAIN_BODY_BYTES) => readText(stream, limitBytes),
    // The unread rest may be endless, so the connection goes with it.
    discard: leave,
    release: () => {
      released = true;
    },
  };
}

type Body = Dispatcher.ResponseData['body'];

async function* readBody(body: Body, signal: AbortSignal, leave: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      if (signal.aborted) throw abortFailure(signal);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw toProviderFailure(error, signal, 'cut');
  } finally {
    leave();
  }
}

/** After an end marker only the framing's own end is to come; a vendor that keeps the body open loses the connection. */
function drain(body: Body): void {
  const timer = setTimeout(() => body.destroy(), 1000).unref();
  body.once('close', () => clearTimeout(timer));
  body.resume();
}

async function readText(stream: AsyncIterable<Uint8Array>, limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limitBytes) {
      throw new ProviderFailure(
        { class: 'bad_response' },
        { message: `The vendor's answer is longer than ${limitBytes} bytes.` },
      );
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * Why a response with a status other than 2xx is no answer. A body that breaks off or does not end explains less, but the
 * status stays what it is; only an abort takes precedence.
 */
export async function readHttpFailure(response: VendorResponse, nowMs = Date.now()): Promise<ProviderFailure> {
  const text = await readErrorText(response);
  if (text instanceof ProviderFailure) return text;
  const { failure, detail } = classifyHttpFailure({
    status: response.status,
    headers: response.headers,
    body: parseJsonOrText(text),
    nowMs,
  });
  return new ProviderFailure(failure, detail);
}

/** Classes of a body that failed to explain the status; any other failure is about the request itself. */
const UNREADABLE: ReadonlySet<FailureClass> = new Set<FailureClass>(['cut', 'bad_response']);

async function readErrorText(response: VendorResponse): Promise<string | ProviderFailure> {
  try {
    return await response.readText(MAX_ERROR_BODY_BYTES);
  } catch (error) {
    if (error instanceof ProviderFailure) return UNREADABLE.has(error.failure.class) ? '' : error;
    throw error;
  } finally {
    response.discard();
  }
}

function parseJsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Proxies in front of vendors answer in plain text or HTML: the text itself is the body then.
    return text;
  }
}

function joinHeaders(headers: Dispatcher.ResponseData['headers']): { readonly [name: string]: string } {
  const joined = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(joined);
}

/** Classes that somebody of ours may abort with; a reason that names another is not ours. */
const ABORT_CLASSES: ReadonlySet<unknown> = new Set<FailureClass>([
  'timeout_first_token',
  'timeout_total',
  'cancelled',
  'slow_reader',
  'lease_lapsed',
  'content_gone',
  'internal',
]);

/** The failure that an aborted signal stands for: `signal.reason.class` where it names one, else `cancelled`. */
export function abortFailure(signal: AbortSignal): ProviderFailure {
  const reason: unknown = signal.reason;
  const named = typeof reason === 'object' && reason !== null && 'class' in reason ? reason.class : undefined;
  const failureClass = ABORT_CLASSES.has(named) ? (named as FailureClass) : 'cancelled';
  return new ProviderFailure({ class: failureClass }, { message: 'The call to the vendor was stopped.' });
}

/** `broken` is what a broken connection means at this point: `connection` before the answer, `cut` within it. */
function toProviderFailure(
  error: unknown,
  signal: AbortSignal,
  broken: 'connection' | 'cut',
  proxy?: string,
): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (signal.aborted) return abortFailure(signal);
  const code = errorCode(error);
  // A system's code (`ECONNREFUSED`) tells the operator much and holds no content. The error itself is not kept as the
  // cause, because undici's parser puts the vendor's bytes into its own.
  return new ProviderFailure(
    { class: CLASSES_BY_CODE[code] ?? broken },
    {
      message: `The exchange with the vendor${proxy === undefined ? '' : ` through the proxy ${proxy}`} broke (${code}).`,
    },
    code,
  );
}

function errorCode(error: unknown): string {
  // Its code is undefined in undici 7, whose table of the parser's codes has no names.
  if (error instanceof errors.HTTPParserError) return 'HTTP_PARSER';
  // undici tells of a proxy that refuses in words only: "Proxy response (407) !== 200 when HTTP Tunneling".
  const refused =
    error instanceof errors.RequestAbortedError ? /^Proxy response \((\d{3})\)/.exec(error.message) : null;
  if (refused !== null) return `the proxy answered ${refused[1]}`;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

const CLASSES_BY_CODE: { readonly [code: string]: FailureClass | undefined } = {
  HTTP_PARSER: 'bad_response',
  UND_ERR_HEADERS_OVERFLOW: 'bad_response',
  UND_ERR_HEADERS_TIMEOUT: 'timeout_first_token',
  UND_ERR_BODY_TIMEOUT: 'timeout_total',
  // A header or an address that cannot be sent at all: our own fault, not the vendor's.
  UND_ERR_INVALID_ARG: 'internal',
  ERR_INVALID_URL: 'internal',
};
