import type { ChatCall, ChatDialect } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ChatAttempt } from '../../port.js';
import type { OpenAiCompatibleProfile } from './profile.js';

/** Attempts and a profile for tests, complete but for what each test is about. */
export const TEST_PROFILE: OpenAiCompatibleProfile = {
  id: 'test-vendor',
  baseUrl: 'http://127.0.0.1:1/v1',
  capField: 'max_completion_tokens',
  supportsStreamUsage: true,
  sendsDone: true,
  knowsDeveloperRole: true,
  takesReasoning: true,
  takesFileUrls: true,
  takesVideo: true,
  storesAnswers: false,
  cachesByItself: true,
  knowsAllowedTools: true,
  sharesWithResponses: ['prompt_cache_key'],
  structuredOutputs: 'native',
  dropFields: [],
  headers: {},
};

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

export function testAttempt(fields: Partial<ChatCall> = {}, others: Partial<ChatAttempt> = {}): ChatAttempt {
  return {
    call: testCall(fields),
    offer: {
      id: 'test-vendor/model-1',
      vendor: 'test-vendor',
      vendorModel: 'model-1',
      aliases: [],
      kind: 'chat',
      contextWindow: 100_000,
      maxOutputTokens: 4096,
      capabilities: ['reasoning'],
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
