import { CAREFUL } from '../openai-compatible/profiles.js';
import type { VendorProfile } from '../openai-compatible/profiles.js';
import { OPENAI_PROFILE } from '../openai/create-openai.js';

/** The first dated versions that know `max_completion_tokens` and `stream_options`, and the role `developer` and `store`. */
const KNOWS_NEW_CAP = '2024-09-01';
const KNOWS_DEVELOPER = '2024-12-01';

/**
 * OpenAI's models at Azure. The v1 API has the fields of OpenAI's own; what a dated version has not is in its notes
 * (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).
 */
export function openAiModelsProfile(apiVersion: string | undefined): VendorProfile {
  const knows = (since: string): boolean => apiVersion === undefined || apiVersion >= since;
  return {
    ...OPENAI_PROFILE,
    id: 'azure',
    capField: knows(KNOWS_NEW_CAP) ? 'max_completion_tokens' : 'max_tokens',
    supportsStreamUsage: knows(KNOWS_NEW_CAP),
    knowsDeveloperRole: knows(KNOWS_DEVELOPER),
    storesAnswers: knows(KNOWS_DEVELOPER),
    knowsAllowedTools: apiVersion === undefined,
    sharesWithResponses: apiVersion === undefined ? ['prompt_cache_key'] : [],
    // Answers of the web are Bing's, at a price and under terms of their own.
    dropFields: ['web_search_options'],
  };
}

/**
 * Other makers' models (Grok, DeepSeek, Mistral, Llama, …), which the same address serves "where they support the v1 chat
 * completions syntax": with the fields that all of them have.
 */
export const OTHER_MODELS_PROFILE: VendorProfile = {
  ...CAREFUL,
  id: 'azure',
};
