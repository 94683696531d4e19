import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall, Message, Part } from '../../../../workflows/contracts/call.js';
import type { ChatAttempt } from '../../port.js';
import { GEMINI_API } from './model-traits.js';
import type { GoogleService } from './model-traits.js';
import { toGoogleGenerate } from './to-google-generate.js';
import type { GenerateBody } from './wire.js';

/** Attempts for tests, complete but for what each test is about. */
export const HELLO: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] };

/** Thinks by a budget, and by levels. */
export const FLASH_25 = 'gemini-2.5-flash';
export const FLASH_3 = 'gemini-3-flash-preview';

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
  vendorModel = FLASH_25,
  others: Partial<ChatAttempt> = {},
): ChatAttempt {
  return {
    call: testCall(fields),
    offer: {
      id: `google/${vendorModel}`,
      vendor: 'google',
      vendorModel,
      aliases: [],
      kind: 'chat',
      contextWindow: 1_048_576,
      maxOutputTokens: 65_536,
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
  readonly body: GenerateBody;
  readonly warnings: readonly Warning[];
  /** What was warned of, as `type feature`. */
  readonly warned: readonly string[];
}

export function translate(
  fields: Partial<ChatCall>,
  vendorModel?: string,
  service: GoogleService = GEMINI_API,
): Translated {
  const { body, warnings } = toGoogleGenerate(testAttempt(fields, vendorModel), service);
  // As it goes over the wire, so that no undefined field hides.
  const sent = JSON.parse(JSON.stringify(body)) as GenerateBody;
  return { body: sent, warnings, warned: warnings.map(({ type, feature }) => `${type} ${feature}`) };
}

export const text = (words: string): Part => ({ type: 'text', text: words });

export function say(role: Message['role'], ...content: readonly (Part | string)[]): Message {
  return { role, content: content.map((part) => (typeof part === 'string' ? text(part) : part)) };
}

export function calls(id: string, name = 'f', written = '{}'): Part {
  return { type: 'tool-call', id, name, arguments: written };
}

export function signed(id: string, signature: string, words = ''): Part {
  return { type: 'reasoning', text: words, id, signature, vendor: 'google' };
}

export function result(toolCallId: string, words: string): Message {
  return { role: 'tool', content: [{ type: 'tool-result', toolCallId, content: [text(words)] }] };
}
