import type { OpenAiCompatibleProfile } from './chat/profile.js';

/** A vendor as data: all but where it is, which configuration decides. */
export type VendorProfile = Omit<OpenAiCompatibleProfile, 'baseUrl'>;

/**
 * What is assumed of a vendor of which nothing else is known: the answer is whole without `[DONE]`, nothing is sent that only
 * some understand, and a schema is asked for in words and checked here.
 */
export const CAREFUL: Omit<VendorProfile, 'id'> = {
  capField: 'max_tokens',
  // A stream without its usage would have to be estimated; no vendor below is known to refuse the option, unless it says so.
  supportsStreamUsage: true,
  sendsDone: false,
  knowsDeveloperRole: false,
  takesReasoning: false,
  takesFileUrls: false,
  takesVideo: false,
  storesAnswers: false,
  cachesByItself: false,
  knowsAllowedTools: false,
  sharesWithResponses: [],
  structuredOutputs: 'json_object',
  dropFields: [],
  headers: {},
};

/** Vendors of OpenAI's chat dialect, in the order of the catalogue: in what each differs from `CAREFUL`, and who says so. */
export const COMPATIBLE_PROFILES: readonly VendorProfile[] = [
  {
    // https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope
    ...CAREFUL,
    id: 'alibaba',
    // `max_tokens` leaves reasoning out of the cap for models before qwen4-max-preview
    // (https://www.alibabacloud.com/help/en/model-studio/api-compatibility-upgrade-notice, 2 November 2026).
    capField: 'max_completion_tokens',
    // "Use OpenAI compatible mode": `video_url` for Qwen-VL and Qwen-Omni.
    takesVideo: true,
    cachesByItself: true,
  },
  {
    // https://www.tencentcloud.com/document/product/1300/78941 says no more than that it is compatible.
    ...CAREFUL,
    id: 'tencent',
  },
  {
    // https://docs.volcengine.com/docs/82379/1494384 (chat API).
    ...CAREFUL,
    id: 'volcengine',
    // `max_tokens` leaves reasoning out, and must not be set together with this.
    capField: 'max_completion_tokens',
    takesVideo: true,
  },
  {
    // https://api-docs.deepseek.com/api/create-chat-completion, and six recordings.
    ...CAREFUL,
    id: 'deepseek',
    // "The stream is terminated by a data: [DONE] message": both recorded streams are.
    sendsDone: true,
    // https://api-docs.deepseek.com/guides/thinking_mode: within a turn of tool calls its reasoning must be sent back.
    takesReasoning: true,
    // https://api-docs.deepseek.com/guides/kv_cache: on for all users.
    cachesByItself: true,
  },
  {
    // https://platform.kimi.ai/docs/api/chat
    ...CAREFUL,
    id: 'moonshot',
    // `max_tokens` is deprecated there.
    capField: 'max_completion_tokens',
    // Models that think want `reasoning_content` back with the calls that it led to.
    takesReasoning: true,
    takesVideo: true,
    cachesByItself: true,
    sharesWithResponses: ['prompt_cache_key'],
  },
  {
    // https://docs.z.ai/api-reference/llm/chat-completion, and ten recordings.
    ...CAREFUL,
    id: 'zai',
    // "The stream ends with data: [DONE]": the recorded one does.
    sendsDone: true,
    // https://docs.z.ai/guides/capabilities/thinking-mode: preserved thinking.
    takesReasoning: true,
    takesVideo: true,
    cachesByItself: true,
  },
  {
    // https://platform.minimax.io/docs/api-reference/text-openai-api
    ...CAREFUL,
    id: 'minimax',
    // `max_tokens` is deprecated there.
    capField: 'max_completion_tokens',
    takesReasoning: true,
    cachesByItself: true,
    // Passed over in silence, says the page.
    dropFields: ['presence_penalty', 'frequency_penalty', 'logit_bias'],
  },
  {
    // Its own OpenAPI (ChatCompletionRequest and messages with additionalProperties: false), and 62 recordings.
    ...CAREFUL,
    id: 'mistral',
    // Not in its specification; usage comes unasked in the last chunk.
    supportsStreamUsage: false,
    // "Stream terminated by a data: [DONE] message": the recorded one is.
    sendsDone: true,
    sharesWithResponses: ['prompt_cache_key'],
    structuredOutputs: 'native',
    renamedFields: { seed: 'random_seed' },
    knownFields: [
      ...[
        'model',
        'temperature',
        'top_p',
        'max_tokens',
        'stream',
        'stop',
        'random_seed',
        'messages',
        'response_format',
      ],
      ...['tools', 'tool_choice', 'presence_penalty', 'frequency_penalty', 'n', 'prediction', 'parallel_tool_calls'],
      ...['prompt_mode', 'reasoning_effort', 'guardrails', 'prompt_cache_key', 'safe_prompt'],
    ],
    knownMessageFields: ['role', 'content', 'tool_calls', 'tool_call_id', 'prefix'],
    // The only values in its specification.
    reasoningEfforts: ['none', 'high'],
    // HTTP 400, code 3280: "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9".
    callIdLength: 9,
  },
  {
    // https://docs.x.ai/docs/api-reference#chat-completions
    ...CAREFUL,
    id: 'xai',
    // "Including both visible output tokens and reasoning tokens"; `max_tokens` is deprecated there.
    capField: 'max_completion_tokens',
    cachesByItself: true,
    structuredOutputs: 'native',
    // Models that reason refuse the penalties (https://docs.x.ai/docs/guides/reasoning); `logit_bias` is unsupported.
    dropFields: ['presence_penalty', 'frequency_penalty', 'logit_bias'],
  },
  {
    // https://docs.cohere.com/docs/compatibility-api: the endpoint is not recorded, only Cohere's own.
    ...CAREFUL,
    id: 'cohere',
    // Neither among what the page lists as supported nor among the rest. `tool_choice` is not either, by which a schema would
    // be asked of the models that the catalogue lists without.
    supportsStreamUsage: false,
    // The only values that the page lists.
    reasoningEfforts: ['none', 'high'],
    // "The following parameters are not supported".
    dropFields: [
      ...['logit_bias', 'top_logprobs', 'n', 'modalities', 'prediction', 'audio', 'service_tier'],
      ...['parallel_tool_calls'],
    ],
  },
  {
    // https://console.groq.com/docs/openai, and 81 recordings.
    ...CAREFUL,
    id: 'groq',
    capField: 'max_completion_tokens',
    // All recorded streams do, but for two that end in an error.
    sendsDone: true,
    // https://console.groq.com/docs/prompt-caching: automatic.
    cachesByItself: true,
    structuredOutputs: 'native',
    // "Will result in a 400 error if they are supplied", and so does `name` in a message, which the last list leaves out.
    dropFields: ['logprobs', 'logit_bias', 'top_logprobs'],
    knownMessageFields: ['role', 'content', 'tool_calls', 'tool_call_id', 'reasoning'],
  },
  {
    // https://inference-docs.cerebras.ai/resources/openai, and twelve recordings of plain answers.
    ...CAREFUL,
    id: 'cerebras',
    capField: 'max_completion_tokens',
    cachesByItself: true,
    structuredOutputs: 'native',
    // "Will result in a 400 error".
    dropFields: ['frequency_penalty', 'presence_penalty', 'logit_bias'],
  },
  {
    // https://docs.together.ai/reference/chat-completions-1
    ...CAREFUL,
    id: 'together',
    structuredOutputs: 'native',
  },
  {
    // https://docs.fireworks.ai/api-reference/post-chatcompletions
    ...CAREFUL,
    id: 'fireworks',
    // https://docs.fireworks.ai/guides/prompt-caching: on by default.
    cachesByItself: true,
    structuredOutputs: 'native',
  },
  {
    // Its own OpenAPI (ChatRequest), and 64 recordings.
    ...CAREFUL,
    id: 'openrouter',
    // `GET /models` needs no key: https://openrouter.ai/docs/api-reference/api-keys/get-current-api-key does.
    keyCheckPath: '/key',
    // "Maximum tokens (deprecated, use max_completion_tokens)".
    capField: 'max_completion_tokens',
    // All eight recorded streams do, the failing one as well.
    sendsDone: true,
    // ChatDeveloperMessage.
    knowsDeveloperRole: true,
    takesReasoning: true,
    // ChatContentFile: "URL or base64"; ChatContentVideo.
    takesFileUrls: true,
    takesVideo: true,
    sharesWithResponses: ['prompt_cache_key'],
    structuredOutputs: 'native',
    // Another model than the one that was planned, or a paid plugin, would answer at a price that nobody has held.
    dropFields: ['models', 'route', 'preset', 'plugins'],
  },
  {
    // https://docs.perplexity.ai/api-reference/chat-completions-post
    ...CAREFUL,
    id: 'perplexity',
    // Running usage comes unasked in every chunk, as captured streams show.
    supportsStreamUsage: false,
    structuredOutputs: 'native',
    // https://docs.perplexity.ai/docs/sonar/openai-compatibility: unsupported, and passed over in silence.
    dropFields: [
      ...['logit_bias', 'n', 'presence_penalty', 'frequency_penalty', 'functions', 'function_call', 'tools'],
      ...['tool_choice', 'parallel_tool_calls'],
    ],
  },
  {
    // https://huggingface.co/docs/inference-providers: a router of other vendors, of which 15 answers are recorded.
    ...CAREFUL,
    id: 'huggingface',
    // `GET /models` needs no key.
    keyCheckPath: null,
    structuredOutputs: 'native',
  },
  {
    // https://docs.api.nvidia.com/nim/reference/llm-apis
    ...CAREFUL,
    id: 'nvidia',
    // `GET /models` needs no key.
    keyCheckPath: null,
    structuredOutputs: 'native',
  },
  {
    // https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions
    ...CAREFUL,
    id: 'siliconflow',
  },
  {
    // https://docs.ollama.com/api/openai-compatibility, and five recordings of plain answers.
    ...CAREFUL,
    id: 'ollama',
    structuredOutputs: 'native',
  },
  {
    // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html; Crusoe's recordings are of a vLLM.
    ...CAREFUL,
    id: 'vllm',
    // "Multimodal inputs": `video_url`.
    takesVideo: true,
    // Prefix caching is on by default.
    cachesByItself: true,
    structuredOutputs: 'native',
  },
  {
    // Nobody says what is behind it.
    ...CAREFUL,
    id: 'custom',
  },
];
