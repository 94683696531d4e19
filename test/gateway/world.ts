import { request as httpRequest, type IncomingMessage } from 'node:http';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { audit } from '../../activities/ledger/audit.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { COMPATIBLE_VENDORS, urlSettingOf } from '../../infra/runtime/compatible-vendors.js';
import { until } from '../chaos/until.js';
import type { Behaviour } from '../fake-vendor/behaviours.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.js';

export const openaiModel = 'openai/gpt-4o-mini';
export const anthropicModel = 'anthropic/claude-haiku-4-5';

/** What `openaiModel` costs, from the catalogue: 0.15 and 0.60 USD a million tokens. */
export const inputNanoUsd = 150n;
export const outputNanoUsd = 600n;

/** One message that makes the fake vendor behave so; a list is for the calls with this prompt in turn, at each vendor. */
export const says = (text: string, behaviour?: Behaviour | readonly Behaviour[]) => [
  { role: 'user', content: behaviour === undefined ? text : `${text} ${fakeMarker(behaviour)}` },
];

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly apiKey?: string;
  readonly gateway?: TestGateway;
  readonly signal?: AbortSignal;
}

/** What a test reads field by field; one that is missing fails the test there and then. */
export type Parsed = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string;
  /** Parsed where it is JSON, the text of a stream otherwise. */
  readonly body: Parsed;
}

export interface StreamEvent {
  readonly id?: string;
  readonly data: string;
}

/** A stream that is read one event at a time, so that a test decides how much of it its caller has had. */
export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string;
  next(): Promise<StreamEvent | undefined>;
  /** Reads on until an event has content; gives that event. */
  nextContent(): Promise<StreamEvent>;
  rest(): Promise<readonly StreamEvent[]>;
  /** Breaks the connection. */
  leave(): void;
}

export interface RequestRow {
  readonly id: string;
  readonly state: string;
  readonly held: bigint | null;
  readonly charged: bigint | null;
  readonly failure_class: string | null;
  readonly keyed: boolean;
}

export interface ProjectSettings {
  readonly budget_usd?: string;
  readonly answer_hold_ms?: number;
  readonly stored_answer_retention_ms?: number;
  readonly output_retention_ms?: number;
  readonly file_retention_ms?: number;
}

/** A project with a key of its own, made as an administrator makes them. */
export interface TestProject {
  readonly id: string;
  readonly apiKey: string;
  /** Of its budget, where it has one. */
  readonly scope: string;
}

export interface World {
  readonly vendor: FakeVendor;
  readonly gateway: TestGateway;
  /** A second gateway on the same database, task queue and data folder; there where `beside` was asked for. */
  readonly other: TestGateway;
  readonly database: Database;
  rows<T extends object>(text: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** `POST /v1/chat/completions`, read whole. */
  ask(body: object, options?: AskOptions): Promise<Answer>;
  /** The same, with `stream: true`, read as the test likes. */
  stream(body: object, options?: AskOptions): Promise<OpenStream>;
  /** An answer of which nothing but its headers is taken off the socket until it is resumed. */
  unread(body: object, options?: AskOptions): Promise<IncomingMessage>;
  get(path: string, options?: AskOptions): Promise<Answer>;
  post(path: string, body: unknown, options?: AskOptions): Promise<Answer>;
  patch(path: string, body: object, options?: AskOptions): Promise<Answer>;
  getStream(path: string, options?: AskOptions): Promise<OpenStream>;
  postStream(path: string, body: object, options?: AskOptions): Promise<OpenStream>;
  delete(path: string, options?: AskOptions): Promise<Answer>;
  createProject(settings?: ProjectSettings): Promise<TestProject>;
  /** The request's row once it has an end. */
  ended(requestId: string): Promise<RequestRow>;
  /** Until no request is open. */
  settled(): Promise<void>;
  /** Credits and budgets with what is held and spent, in nano USD. */
  account(scope: string): Promise<{ readonly credited: bigint; readonly spent: bigint; readonly held: bigint }>;
}

export interface WorldOptions extends Pick<TestGatewayOptions, 'env' | 'vendors'> {
  readonly beside?: boolean;
  /** Further vendors of OpenAI's chat dialect, by their ids, all at the fake vendor. */
  readonly compatible?: readonly string[];
}

/**
 * One gateway, before a fake vendor, for all tests of a file. After them nothing may be open or held, and the books must
 * balance.
 */
export function useWorld(options: WorldOptions = {}): World {
  let parts: Parts;
  beforeAll(async () => {
    parts = await openParts(options);
  }, 180_000);
  beforeEach(() => parts.vendor.reset());
  afterAll(async () => {
    if (parts === undefined) return;
    try {
      await parts.vendor.release('all');
      await settled(parts);
      expect(await parts.database.query({ text: 'SELECT id FROM ledger.accounts WHERE debits_pending <> 0' })).toEqual(
        [],
      );
      expect(await audit(parts.database)).toEqual([]);
    } finally {
      await parts.database.close();
      await parts.other?.close();
      await parts.gateway.close();
      await parts.vendor.close();
    }
  }, 120_000);
  return createWorld(() => parts);
}

interface Parts {
  readonly vendor: FakeVendor;
  readonly gateway: TestGateway;
  readonly other?: TestGateway;
  readonly database: Database;
}

async function openParts({ env, vendors, beside, compatible = [] }: WorldOptions): Promise<Parts> {
  const vendor = await startFakeVendor();
  const bases = { openaiBaseUrl: vendor.openaiBaseUrl, anthropicBaseUrl: vendor.anthropicBaseUrl, ...vendors };
  const gateway = await startTestGateway({
    vendors: bases,
    // Warnings are what these tests provoke.
    env: { SLUICE_LOG_LEVEL: 'error', ...settingsOf(compatible, vendor), ...env },
  });
  const other = beside === true ? await startTestGateway({ beside: gateway }) : undefined;
  const database = createDatabase({ url: gateway.databaseUrl, connections: 2, onError: () => {} });
  return { vendor, gateway, ...(other && { other }), database };
}

function settingsOf(ids: readonly string[], { openaiBaseUrl }: FakeVendor): Record<string, string> {
  const rows = COMPATIBLE_VENDORS.filter(({ id }) => ids.includes(id));
  const settings = rows.map((row) => ({ [row.keySetting]: `key-of-${row.id}`, [urlSettingOf(row)]: openaiBaseUrl }));
  return Object.assign({}, ...settings) as Record<string, string>;
}

function createWorld(parts: () => Parts): World {
  const send = (method: string, path: string, body: unknown, options: AskOptions = {}): Promise<Response> => {
    const gateway = options.gateway ?? parts().gateway;
    return fetch(`${gateway.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.apiKey ?? gateway.apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(options.signal && { signal: options.signal }),
    });
  };
  const chat = '/v1/chat/completions';
  return {
    get vendor() {
      return parts().vendor;
    },
    get gateway() {
      return parts().gateway;
    },
    get other() {
      const { other } = parts();
      if (other === undefined) throw new Error('this world has one gateway; ask for `beside`');
      return other;
    },
    get database() {
      return parts().database;
    },
    rows: <T extends object>(text: string, values: readonly unknown[] = []) =>
      parts().database.query<T & { readonly [column: string]: unknown }>({ text, values }),
    ask: async (body, options) => readAnswer(await send('POST', chat, body, options)),
    stream: async (body, options) => {
      const left = new AbortController();
      const signal = left.signal;
      return readStream(await send('POST', chat, { ...body, stream: true }, { ...options, signal }), left);
    },
    unread: (body, options = {}) => sendUnread(options.gateway ?? parts().gateway, body),
    get: async (path, options) => readAnswer(await send('GET', path, undefined, options)),
    post: async (path, body, options) => readAnswer(await send('POST', path, body, options)),
    patch: async (path, body, options) => readAnswer(await send('PATCH', path, body, options)),
    delete: async (path, options) => readAnswer(await send('DELETE', path, undefined, options)),
    postStream: async (path, body, options) => {
      const left = new AbortController();
      return readStream(await send('POST', path, body, { ...options, signal: left.signal }), left);
    },
    getStream: async (path, options) => {
      const left = new AbortController();
      return readStream(await send('GET', path, undefined, { ...options, signal: left.signal }), left);
    },
    createProject: async (settings = {}) => {
      const admin = { apiKey: parts().gateway.adminKey };
      const projects = '/v1/organization/projects';
      const { id } = (await readAnswer(await send('POST', projects, { name: 'tested', ...settings }, admin))).body;
      const key = (await readAnswer(await send('POST', `${projects}/${id}/api_keys`, { name: 'tested' }, admin))).body;
      return { id, apiKey: key.value, scope: `project:${id}` };
    },
    ended: (requestId) => ended(parts().database, requestId),
    settled: () => settled(parts()),
    account: async (scope) => {
      const [account] = await parts().database.query<{ credited: bigint; spent: bigint; held: bigint }>({
        text: `SELECT credits_posted AS credited, debits_posted AS spent, debits_pending AS held FROM ledger.accounts WHERE scope = $1`,
        values: [scope],
      });
      if (!account) throw new Error(`no account for ${scope}`);
      return account;
    },
  };
}

function sendUnread(gateway: TestGateway, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' };
    const url = `${gateway.baseUrl}/chat/completions`;
    const request = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      response.pause();
      resolve(response);
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}

async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status, headers, requestId: headers.get('x-request-id') ?? '', body: isJson ? JSON.parse(text) : text };
}

function readStream(response: Response, left: AbortController): OpenStream {
  const { status, headers, body } = response;
  if (!body) throw new Error(`a response without a body: ${status}`);
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  const next = async (): Promise<StreamEvent | undefined> => {
    const { value } = await reader.read();
    return value && { ...(value.id !== undefined && { id: value.id }), data: value.data };
  };
  return {
    status,
    headers,
    requestId: headers.get('x-request-id') ?? '',
    next,
    nextContent: async () => {
      for (;;) {
        const event = await next();
        if (!event) throw new Error('the stream ended before any content came');
        if (textOf([event]) !== '') return event;
      }
    },
    rest: async () => {
      const events: StreamEvent[] = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    leave: () => left.abort(),
  };
}

async function ended(database: Database, requestId: string): Promise<RequestRow> {
  let row: RequestRow | undefined;
  await until(`the end of ${requestId}`, async () => {
    [row] = await database.query<RequestRow & { readonly [column: string]: unknown }>({
      text: `SELECT id, state, held, charged, failure_class, keyed FROM requests.requests WHERE id = $1 AND ended_at IS NOT NULL`,
      values: [requestId],
    });
    return row ? true : { pending: 'it has none yet' };
  });
  return row!;
}

async function settled({ database }: Pick<Parts, 'database'>): Promise<void> {
  await until('the end of all requests', async () => {
    const open = await database.query<{ id: string; state: string }>({
      text: 'SELECT id, state FROM requests.requests WHERE ended_at IS NULL',
    });
    return open.length === 0 ? true : { pending: JSON.stringify(open) };
  });
}

/** The text that these events of a stream carry together. */
export function textOf(events: readonly StreamEvent[]): string {
  return chunksOf(events)
    .map((chunk) => chunk.choices?.[0]?.delta?.content ?? '')
    .join('');
}

export function chunksOf(events: readonly StreamEvent[]): readonly Parsed[] {
  return events.flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data)]));
}

/** A cost in USD, as callers are told it, in nano USD. */
export const nanoOf = (usd: unknown): bigint => BigInt(Math.round(Number(usd) * 1e9));
