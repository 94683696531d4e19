import type { VendorHttp } from '../http.js';
import type { ChatAttempt, ChatProvider } from '../port.js';
import type { OpenAiCompatibleProfile } from '../openai-compatible/chat/profile.js';
import { createBearerBatches } from '../openai-compatible/batches/bearer-batches.js';
import { OPENAI_BATCHES } from '../openai-compatible/batches/profiles.js';
import { createOpenAiCompatibleChat } from '../openai-compatible/chat/create-openai-compatible-chat.js';
import { createOpenAiEmbeddings } from '../openai-compatible/embeddings/create-openai-embeddings.js';
import { createOpenAiImages } from '../openai-compatible/images/create-openai-images.js';
import { createOpenAiModerations } from '../openai-compatible/moderations/create-openai-moderations.js';
import { createOpenAiSpeech } from '../openai-compatible/speech/create-openai-speech.js';
import { OPENAI_SPEECH } from '../openai-compatible/speech/profile.js';
import { createOpenAiTranscriptions } from '../openai-compatible/transcriptions/create-openai-transcriptions.js';
import { OPENAI_TRANSCRIPTIONS } from '../openai-compatible/transcriptions/profile.js';
import { isStandardWebhook } from '../check-standard-webhook.js';
import { createBearerEndpoint } from '../vendor-endpoint.js';
import { createOpenAiResponses } from './responses/create-openai-responses.js';

export interface OpenAiOptions {
  readonly apiKey: string;
  /** Up to and with the version, for example `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  /** Of a webhook in the account's dashboard (https://platform.openai.com/docs/guides/webhooks), `whsec_…`. */
  readonly webhookSecret?: string;
}

/**
 * OpenAI itself, by two of its APIs: https://platform.openai.com/docs/api-reference/responses for models that only it
 * serves and for callers who speak it, https://platform.openai.com/docs/api-reference/chat for all others.
 */
export function createOpenAi({ apiKey, baseUrl, http, webhookSecret }: OpenAiOptions): ChatProvider {
  const endpoint = createBearerEndpoint(baseUrl, apiKey);
  const chatBy = (by: VendorHttp): ChatProvider => {
    const chat = createOpenAiCompatibleChat({ ...OPENAI_PROFILE, baseUrl }, { apiKey, http: by });
    const responses = createOpenAiResponses({ id: OPENAI_PROFILE.id, endpoint, http: by });
    return { ...chat, chat: (attempt) => (wireOf(attempt) === 'openai-responses' ? responses : chat).chat(attempt) };
  };
  const embedBy = (by: VendorHttp) => createOpenAiEmbeddings({ endpoint, http: by });
  const { id, chat, verify } = chatBy(http);
  return {
    ...{ id, chat },
    ...(verify && { verify }),
    ...(webhookSecret !== undefined && {
      checkWebhook: (message) => Promise.resolve(isStandardWebhook(message, webhookSecret)),
    }),
    media: {
      embedding: embedBy(http),
      image: createOpenAiImages({ endpoint, http }),
      moderation: createOpenAiModerations({ endpoint, http }),
      speech: createOpenAiSpeech({ profile: OPENAI_SPEECH, endpoint, http }),
      transcription: createOpenAiTranscriptions({ profile: OPENAI_TRANSCRIPTIONS, endpoint, http }),
    },
    batches: createBearerBatches({
      ...{ apiKey, baseUrl, http, profile: OPENAI_BATCHES },
      providerBy: (by) => ({ id, chat: chatBy(by).chat, media: { embedding: embedBy(by) } }),
    }),
  };
}

/** What the offer says, because a model may exist at one API only; else what the caller speaks. */
export function wireOf({ call, offer }: ChatAttempt): 'openai-chat' | 'openai-responses' {
  if (offer.wire !== undefined) return offer.wire;
  return call.source.dialect === 'openai-responses' ? 'openai-responses' : 'openai-chat';
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
