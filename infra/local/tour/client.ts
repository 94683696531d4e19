import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { Stack } from '../stack.js';
import { TourFault } from './fault.js';
import {
  balanceList,
  chatChunk,
  createdKey,
  createdProject,
  requestRecord,
  type TourBalance,
  type TourRecord,
} from './wire.js';

const chatPath = '/v1/chat/completions';
/** Longer than anything here takes on a slow machine: a request that a crash left ends within some 20 s. */
const patienceMs = 120_000;
const pollEveryMs = 250;

export interface ChatRequest {
  readonly body: object;
  /** Of the project that pays; the local one's where it is not given. */
  readonly apiKey?: string;
  readonly idempotencyKey?: string;
}

export interface ChatReply {
  readonly status: number;
  readonly requestId: string;
  readonly elapsedMs: number;
  /** Parsed JSON. */
  readonly body: unknown;
}

export interface ChatStream {
  readonly requestId: string;
  /** What is said as it arrives, then how it ended: `[DONE]`, or `undefined` where it broke off. */
  readonly pieces: AsyncGenerator<string, '[DONE]' | undefined>;
}

/** A caller of the gateway like any other: HTTP and keys. */
export interface TourClient {
  chat(request: ChatRequest): Promise<ChatReply>;
  /** Of a body with `stream: true`. */
  chatStream(request: ChatRequest): Promise<ChatStream>;
  /** The request as soon as it is settled or released. */
  ended(requestId: string, apiKey?: string): Promise<TourRecord>;
  /** Makes a project with a budget, and a key for it. */
  createProject(name: string, budgetUsd: string): Promise<{ readonly scope: string; readonly apiKey: string }>;
  balances(): Promise<readonly TourBalance[]>;
}

export function createTourClient(stack: Stack): TourClient {
  const send = (path: string, key: string, body?: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(stack.baseUrl + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
  const sendChat = ({ body, apiKey = stack.apiKey, idempotencyKey }: ChatRequest): Promise<Response> =>
    send(chatPath, apiKey, body, idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey });
  const read = async (path: string, key: string, body?: object): Promise<unknown> => {
    const response = await send(path, key, body);
    if (response.ok) return response.json();
    throw new TourFault(`${path} answered ${response.status}: ${await response.text()}`);
  };

  return {
    chat: async (request) => {
      const startedAt = performance.now();
      const response = await sendChat(request);
      const body: unknown = await response.json();
      const elapsedMs = Math.round(performance.now() - startedAt);
      return { status: response.status, requestId: requestIdOf(response), elapsedMs, body };
    },
    chatStream: async (request) => {
      const response = await sendChat(request);
      if (!response.ok) throw new TourFault(`The stream answered ${response.status}: ${await response.text()}`);
      return { requestId: requestIdOf(response), pieces: readPieces(response) };
    },
    ended: async (requestId, apiKey = stack.apiKey) => {
      const deadline = Date.now() + patienceMs;
      while (Date.now() < deadline) {
        const record = requestRecord.parse(await read(`/v1/requests/${requestId}`, apiKey));
        if (record.ended_at !== null) return record;
        await sleep(pollEveryMs);
      }
      throw new TourFault(`Request ${requestId} did not end within ${patienceMs / 1_000} s.`);
    },
    createProject: async (name, budgetUsd) => {
      const projects = '/v1/organization/projects';
      const { id } = createdProject.parse(await read(projects, stack.adminKey, { name, budget_usd: budgetUsd }));
      const { value } = createdKey.parse(await read(`${projects}/${id}/api_keys`, stack.adminKey, { name }));
      return { scope: `project:${id}`, apiKey: value };
    },
    balances: async () => balanceList.parse(await read('/v1/organization/balances', stack.adminKey)).data,
  };
}

function requestIdOf(response: Response): string {
  const id = response.headers.get('x-request-id');
  if (id === null) throw new TourFault('An answer came without x-request-id.');
  return id;
}

/** A connection that breaks is not an error here but one of the two ways to end. */
async function* readPieces(response: Response): AsyncGenerator<string, '[DONE]' | undefined> {
  const arrived: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => arrived.push(data) });
  const decoder = new TextDecoder();
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  for (;;) {
    const next = await reader?.read().catch(() => undefined);
    if (next?.value === undefined) return undefined;
    parser.feed(decoder.decode(next.value, { stream: true }));
    for (const data of arrived.splice(0)) {
      if (data === '[DONE]') return data;
      const text = chatChunk.parse(JSON.parse(data)).choices[0]?.delta.content;
      if (text != null && text !== '') yield text;
    }
  }
}
