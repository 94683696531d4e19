import type { ChatCall, Message, Tool } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ChatAttempt } from '../port.js';

/** Attempts for tests, complete but for what each test is about. */
export interface AttemptFields {
  readonly model?: string;
  readonly text?: string;
  readonly call?: Partial<ChatCall>;
  readonly others?: Partial<ChatAttempt>;
}

export function user(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

export function functionTool(name: string, parameters?: JsonObject): Tool {
  return { type: 'function', name, ...(parameters !== undefined && { parameters }) };
}

export function attemptOf({
  model = 'echo',
  text = 'Hello there.',
  call = {},
  others = {},
}: AttemptFields): ChatAttempt {
  return {
    call: {
      kind: 'chat',
      source: { dialect: 'openai-chat', body: {} },
      messages: [user(text)],
      tools: [],
      choices: 1,
      stream: false,
      ...call,
    },
    offer: {
      id: `sandbox/${model}`,
      vendor: 'sandbox',
      vendorModel: model,
      aliases: [],
      kind: 'chat',
      contextWindow: 100_000,
      maxOutputTokens: 4096,
      capabilities: [],
      prices: {},
      source: { url: 'https://example.com', asOf: '2026-01-01' },
      created: 1,
    },
    maxOutputTokens: 1000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
    ...others,
  };
}
