import { randomUUID } from 'node:crypto';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { CallModelInput, Candidate, RequestInput } from '../../workflows/contracts/requests.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import type { ChatAttempt, ChatProvider } from '../providers/port.js';

/** Requests, plans and vendors for tests, complete but for what each test is about. */

/** An unkeyed interactive stream of 400 bytes of input, unless told otherwise. */
export function requestOf(fields: Partial<RequestInput> = {}): RequestInput {
  return {
    requestId: `req_${randomUUID().replaceAll('-', '')}`,
    kind: 'chat',
    lane: 'interactive',
    organizationId: 'org_test',
    projectId: 'project_test',
    keyId: 'key_test',
    holder: 'gw_a',
    retention: 'interactive',
    keyed: false,
    stream: true,
    onDisconnect: 'cancel',
    models: ['acme/model'],
    demand: { inputBytes: 400, textBytes: 400, images: 0, unboundedMedia: false, choices: 1, searches: 0, needs: [] },
    deadlines: { firstTokenMs: 30_000, totalMs: 60_000, slowReaderMs: 30_000 },
    ...fields,
  };
}

/** A thousand nano USD for each token of input, two thousand for each of output. */
export const candidate: Candidate = {
  offer: {
    id: 'acme/model',
    vendor: 'acme',
    vendorModel: 'model',
    aliases: [],
    kind: 'chat',
    contextWindow: 100_000,
    maxOutputTokens: 4_096,
    capabilities: [],
    prices: { input: { usd: '1', per: 1_000_000 }, output: { usd: '2', per: 1_000_000 } },
    source: { url: 'https://example.com', asOf: '2026-01-01' },
    created: 1,
  },
  maxOutputTokens: 1_000,
  worstCaseNanoUsd: '2400000',
};

export function inputOf(request: RequestInput, fields: Partial<CallModelInput> = {}): CallModelInput {
  const summary = { offerId: candidate.offer.id, vendor: 'acme', model: 'model' };
  return { request, number: 1, candidate: summary, delayMs: 0, ...fields };
}

export function callOf(text = 'Hello there.', fields: Partial<ChatCall> = {}): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: { prompt: text } },
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    choices: 1,
    stream: true,
    ...fields,
  };
}

export const frameOf = (...events: readonly AnswerEvent[]): Frame => ({ events });
export const start: AnswerEvent = { type: 'start', vendorId: 'vendor-answer-1' };
export const text = (words: string, choice = 0): AnswerEvent => ({ type: 'text-delta', choice, block: 0, text: words });
export const finish = (choice = 0): AnswerEvent => ({ type: 'finish', choice, reason: { unified: 'stop' } });
export const reported = (units: UnitCounts): AnswerEvent => ({ type: 'usage', usage: { units, source: 'reported' } });

export interface ScriptedProvider extends ChatProvider {
  /** Every attempt that reached the vendor, in order. */
  readonly attempts: readonly ChatAttempt[];
}

/** A vendor that does what the script says, told how often it was called before. */
export function providerOf(
  script: (attempt: ChatAttempt, earlierCalls: number) => AsyncIterable<Frame>,
): ScriptedProvider {
  const attempts: ChatAttempt[] = [];
  return {
    id: 'acme',
    attempts,
    chat: (attempt) => {
      attempts.push(attempt);
      return script(attempt, attempts.length - 1);
    },
  };
}

/** A vendor that answers with these frames, each time. */
export function answering(...frames: readonly Frame[]): ScriptedProvider {
  return providerOf(async function* () {
    yield* frames;
  });
}

/** A point that a script waits at until the test opens it. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
