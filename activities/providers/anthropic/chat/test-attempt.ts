import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall, Message, Part } from '../../../../workflows/contracts/call.js';
import type { ChatAttempt } from '../../port.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';
import type { MessagesBody } from './wire.js';

/** Attempts for tests, complete but for what each test is about. */
export const HELLO: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] };

/** Takes a model that thinks by a budget, is held to schemas and takes one of the sampling parameters. */
export const SONNET_45 = 'claude-sonnet-4-5-20250929';
export const OPUS_47 = 'claude-opus-4-7';
export const HAIKU_3 = 'claude-3-haiku-20240307';

export function testCall(fields: Partial<ChatCall> = {}): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: {} },
    messages: [HELLO],
    tools: [],
    choices: 1,
    stream: false,
    ...fields,
  };
}

export function testAttempt(
  fields: Partial<ChatCall> = {},
  vendorModel = SONNET_45,
  others: Partial<ChatAttempt> = {},
): ChatAttempt {
  return {
    call: testCall(fields),
    offer: {
      id: `anthropic/${vendorModel}`,
      vendor: 'anthropic',
      vendorModel,
      aliases: [],
      kind: 'chat',
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      capabilities: [],
      prices: {},
      source: { url: 'https://example.com', asOf: '2026-01-01' },
      created: 1,
    },
    maxOutputTokens: 8000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
    ...others,
  };
}

export interface Translated {
  readonly body: MessagesBody;
  readonly warnings: readonly Warning[];
  /** What was warned of, as `type feature`. */
  readonly warned: readonly string[];
}

export function translate(fields: Partial<ChatCall>, vendorModel?: string, others?: Partial<ChatAttempt>): Translated {
  const { body, warnings } = toAnthropicMessages(testAttempt(fields, vendorModel, others));
  // As it goes over the wire, so that no undefined field hides.
  const sent = JSON.parse(JSON.stringify(body)) as MessagesBody;
  return { body: sent, warnings, warned: warnings.map(({ type, feature }) => `${type} ${feature}`) };
}

export const text = (words: string): Part => ({ type: 'text', text: words });

export function say(role: Message['role'], ...content: readonly (Part | string)[]): Message {
  return { role, content: content.map((part) => (typeof part === 'string' ? text(part) : part)) };
}

export function calls(id: string, name = 'f', written = '{}'): Part {
  return { type: 'tool-call', id, name, arguments: written };
}

export function result(toolCallId: string, words: string): Message {
  return { role: 'tool', content: [{ type: 'tool-result', toolCallId, content: [text(words)] }] };
}
