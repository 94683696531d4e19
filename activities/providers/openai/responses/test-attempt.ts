import type { ChatCall, ChatDialect } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { Offer } from '../../../../workflows/contracts/offers.js';
import type { VendorHttp, VendorRequest } from '../../http.js';
import type { ChatAttempt } from '../../port.js';

/** Attempts for tests, complete but for what each test is about. */
export function testCall(
  fields: Partial<ChatCall> = {},
  dialect: ChatDialect = 'openai-chat',
  body: JsonObject = {},
): ChatCall {
  return {
    kind: 'chat',
    source: { dialect, body },
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    tools: [],
    choices: 1,
    stream: false,
    ...fields,
  };
}

export const TEST_OFFER: Offer = {
  id: 'openai/gpt-5-pro',
  vendor: 'openai',
  vendorModel: 'gpt-5-pro-2025-10-06',
  aliases: [],
  kind: 'chat',
  contextWindow: 400_000,
  maxOutputTokens: 128_000,
  capabilities: ['tools', 'reasoning'],
  prices: {},
  source: { url: 'https://example.com', asOf: '2026-01-01' },
  created: 1,
};

export function testAttempt(call: ChatCall, others: Partial<ChatAttempt> = {}): ChatAttempt {
  return {
    call,
    offer: TEST_OFFER,
    maxOutputTokens: 1000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
    ...others,
  };
}

export interface StubAnswer {
  readonly status?: number;
  readonly contentType?: string;
  readonly pieces: readonly Uint8Array[];
}

/** A vendor that answers each request with these bytes, and what it was sent and how it was left. */
export function stubHttp({ status = 200, contentType = 'text/event-stream', pieces }: StubAnswer) {
  const sent: VendorRequest[] = [];
  const left: string[] = [];
  let read = 0;
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      read += 1;
      yield piece;
    }
  }
  const http: VendorHttp = {
    getJson: () => Promise.reject(new Error('not asked')),
    postJson: async (request) => {
      sent.push(request);
      return {
        status,
        headers: { 'content-type': contentType },
        vendorRequestId: 'req_1',
        stream: stream(),
        readText: async () => new TextDecoder().decode(Buffer.concat(pieces)),
        discard: () => left.push('discarded'),
        release: () => left.push('released'),
      };
    },
    close: () => Promise.resolve(),
  };
  return { http, sent, left, piecesRead: () => read };
}
