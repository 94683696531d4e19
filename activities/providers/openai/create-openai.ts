import type { VendorHttp } from '../http.js';
import type { ChatProvider } from '../port.js';
import type { OpenAiCompatibleProfile } from '../openai-compatible/chat/profile.js';
import { createOpenAiCompatibleChat } from '../openai-compatible/chat/create-openai-compatible-chat.js';

export interface OpenAiOptions {
  readonly apiKey: string;
  /** Up to and with the version, for example `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}

/** OpenAI itself: https://platform.openai.com/docs/api-reference/chat. */
export function createOpenAi({ apiKey, baseUrl, http }: OpenAiOptions): ChatProvider {
  return createOpenAiCompatibleChat({ ...OPENAI_PROFILE, baseUrl }, { apiKey, http });
}

export const OPENAI_PROFILE: Omit<OpenAiCompatibleProfile, 'baseUrl'> = {
  id: 'openai',
  // `max_tokens` is deprecated, and reasoning models refuse it.
  capField: 'max_completion_tokens',
  supportsStreamUsage: true,
  // All 50 recorded streams do.
  sendsDone: true,
  knowsDeveloperRole: true,
  takesReasoning: false,
  // "Only file_data and file_id"; a URL is for its Responses API.
  takesFileUrls: false,
  takesVideo: false,
  storesAnswers: true,
  cachesByItself: true,
  knowsAllowedTools: true,
  sharesWithResponses: ['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options'],
  structuredOutputs: 'native',
  dropFields: [],
  headers: {},
};
