import type { ChatDialect } from '../../../workflows/contracts/call.js';

/** The formats that vendors speak, each with its own way to say the same. */
export type Wire = 'openai-chat' | 'openai-responses' | 'anthropic' | 'gemini' | 'converse';

export type Caller = Exclude<ChatDialect, 'sandbox'>;

/** The descriptions of APIs in `../shared/specs` that a request is held against. */
export type Described = 'openai' | 'responses' | 'mistral' | 'openrouter' | 'google' | 'vertex' | 'bedrock';

/**
 * One way to a vendor's models, with what this suite expects of it. It is said here once more, and not read from the
 * profiles, so that a profile that changes by mistake is noticed.
 */
export interface Adapter {
  readonly name: string;
  /** As in the registry. */
  readonly vendor: string;
  readonly vendorModel: string;
  /** The model as `maker/name`, where the vendor decides by it. */
  readonly model?: string;
  readonly offerWire?: 'openai-chat' | 'openai-responses';
  readonly wire: Wire;
  /** The dialects whose callers are served this way. */
  readonly callers: readonly Caller[];
  readonly described?: Described;
  /** The path, in dots, of the cap on output within the body. */
  readonly cap: string;
  /** Whether the body says that the answer is to be streamed; else the address alone does. */
  readonly streamsByBody: boolean;
  /** Where the address says so, besides or instead. */
  readonly streamsAt?: RegExp;
  /** Calls of tools come in one piece, so that the answer is not asked for as a stream. */
  readonly plainTools?: true;
  /** The credential goes as a signature, and so nowhere as it is. */
  readonly signs?: true;
  /** Whether it takes tools; from a vendor that does not they are kept, with a warning. */
  readonly takesTools: boolean;
  readonly answers: AnswerHabits;
}

/** In what vendors of one format differ when they answer. */
export interface AnswerHabits {
  /** OpenAI's chat alone: what says that a stream was whole. */
  readonly ends?: 'done' | 'finish';
  /** OpenAI's chat alone: usage in a chunk of its own where it was asked for, in the last of the answer, or in every one. */
  readonly usage?: 'own-chunk' | 'last-chunk' | 'running' | 'x-groq';
  readonly cached?: 'details' | 'prompt_cache_hit_tokens' | 'num_cached_tokens' | 'cached_tokens';
  readonly reasoning?: 'reasoning_content' | 'reasoning' | 'thinking-parts';
  /** xAI counts reasoning in the total only. */
  readonly hidesReasoning?: true;
  /** Azure's first chunk has neither a name nor a choice. */
  readonly emptyFirst?: true;
  readonly framing: 'events' | 'aws' | 'aws-invoke';
  /** Gemini's calls have ids at one service only. */
  readonly namesCalls: boolean;
  /** Converse does not tell reasoning from the other output. */
  readonly tellsReasoning: boolean;
}

const ALL: readonly Caller[] = ['openai-chat', 'openai-responses', 'anthropic-messages'];
const SAID: AnswerHabits = { framing: 'events', namesCalls: true, tellsReasoning: true };

type ChatFields = Partial<Omit<Adapter, 'answers'>> & { readonly answers?: Partial<AnswerHabits> };

function chat(vendor: string, vendorModel: string, cap: string, fields: ChatFields = {}): Adapter {
  const { answers, ...others } = fields;
  return {
    ...{ name: vendor, vendor, vendorModel, cap, wire: 'openai-chat', callers: ALL },
    // OpenAI's own description holds for what all of them are sent, but for Mistral and OpenRouter, who have theirs.
    ...{ described: 'openai', streamsByBody: true, takesTools: true },
    ...others,
    answers: { ...SAID, ends: 'finish', usage: 'own-chunk', ...answers },
  };
}

const NEW_CAP = 'max_completion_tokens';
const OLD_CAP = 'max_tokens';
const DONE = { answers: { ends: 'done' } } as const;
const MISTRALS = {
  answers: { ends: 'done', usage: 'last-chunk', cached: 'num_cached_tokens', reasoning: 'thinking-parts' },
} as const;

function messages(vendor: string, fields: Partial<Adapter> = {}): Adapter {
  return {
    ...{ name: vendor, vendor, vendorModel: 'claude-sonnet-4-5-20250929', cap: 'max_tokens', wire: 'anthropic' },
    ...{ callers: ALL, streamsByBody: true, takesTools: true, answers: SAID },
    ...fields,
  };
}

function gemini(vendor: 'google' | 'vertex', namesCalls: boolean): Adapter {
  return {
    ...{ name: `${vendor}: Gemini`, vendor, vendorModel: 'gemini-2.5-flash', described: vendor, wire: 'gemini' },
    ...{ cap: 'generationConfig.maxOutputTokens', callers: ALL, streamsByBody: false, takesTools: true },
    streamsAt: /:streamGenerateContent\?alt=sse$/,
    answers: { ...SAID, namesCalls },
  };
}

function converse(name: string, vendorModel: string, fields: Partial<Adapter> = {}): Adapter {
  return {
    ...{ name: `bedrock: ${name}`, vendor: 'bedrock', vendorModel, described: 'bedrock', wire: 'converse' },
    ...{ cap: 'inferenceConfig.maxTokens', callers: ALL, streamsByBody: false, takesTools: true, signs: true },
    streamsAt: /\/converse-stream$/,
    answers: { ...SAID, framing: 'aws', tellsReasoning: false },
    ...fields,
  };
}

function responses(vendor: string, vendorModel: string, model?: string): Adapter {
  return {
    ...{ name: `${vendor}: Responses`, vendor, vendorModel, wire: 'openai-responses', described: 'responses' },
    ...{ offerWire: 'openai-responses', ...(model !== undefined && { model }), callers: ALL, takesTools: true },
    ...{ cap: 'max_output_tokens', streamsByBody: true, answers: SAID },
  };
}

/** Every way to every vendor of the registry, but for the sandbox, which sends nothing. */
export const ADAPTERS: readonly Adapter[] = [
  chat('openai', 'gpt-4o', NEW_CAP, { name: 'openai: chat', offerWire: 'openai-chat', ...DONE }),
  responses('openai', 'gpt-5-pro'),
  messages('anthropic'),
  gemini('google', true),
  gemini('vertex', false),
  messages('vertex', {
    name: 'vertex: Claude',
    vendorModel: 'claude-sonnet-4-5@20250929',
    streamsAt: /:streamRawPredict$/,
  }),
  chat('vertex', 'mistralai/mistral-medium-3', OLD_CAP, {
    ...{ name: 'vertex: Mistral', described: 'mistral', streamsAt: /:streamRawPredict$/ },
    ...MISTRALS,
  }),
  chat('vertex', 'meta/llama-4-scout-17b-16e-instruct-maas', OLD_CAP, { name: 'vertex: open models' }),
  converse('Claude by Converse', 'anthropic.claude-sonnet-4-5-20250929-v1:0', {
    callers: ['openai-chat', 'openai-responses'],
  }),
  messages('bedrock', {
    ...{ name: 'bedrock: Claude by InvokeModel', vendorModel: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
    ...{ callers: ['anthropic-messages'], streamsByBody: false, signs: true },
    ...{ streamsAt: /\/invoke-with-response-stream$/, answers: { ...SAID, framing: 'aws-invoke' } },
  }),
  converse('Nova', 'amazon.nova-lite-v1:0'),
  converse('Llama', 'meta.llama3-3-70b-instruct-v1:0', { plainTools: true }),
  chat('azure', 'gpt-4o', NEW_CAP, {
    ...{ name: 'azure: chat', model: 'openai/gpt-4o', offerWire: 'openai-chat' },
    answers: { ends: 'done', emptyFirst: true },
  }),
  responses('azure', 'gpt-5-pro', 'openai/gpt-5-pro'),
  messages('azure', { name: 'azure: Claude', model: 'anthropic/claude-sonnet-4.5' }),
  chat('azure', 'grok-4', OLD_CAP, { name: 'azure: other makers', model: 'xai/grok-4' }),
  chat('alibaba', 'qwen-plus', NEW_CAP),
  chat('tencent', 'hunyuan-turbos', OLD_CAP),
  chat('volcengine', 'doubao-seed-1-6', NEW_CAP),
  chat('deepseek', 'deepseek-chat', OLD_CAP, { answers: { ends: 'done', cached: 'prompt_cache_hit_tokens' } }),
  chat('moonshot', 'kimi-k2', NEW_CAP),
  chat('zai', 'glm-4.6', OLD_CAP, DONE),
  chat('minimax', 'MiniMax-M2', NEW_CAP),
  chat('mistral', 'mistral-large-latest', OLD_CAP, { described: 'mistral', ...MISTRALS }),
  chat('xai', 'grok-4', NEW_CAP, { answers: { hidesReasoning: true } }),
  chat('cohere', 'command-a-03-2025', OLD_CAP, { answers: { usage: 'last-chunk' } }),
  chat('groq', 'openai/gpt-oss-120b', NEW_CAP, {
    answers: { ends: 'done', usage: 'x-groq', reasoning: 'reasoning' },
  }),
  chat('cerebras', 'gpt-oss-120b', NEW_CAP, { answers: { reasoning: 'reasoning' } }),
  chat('together', 'deepseek-ai/DeepSeek-V3', OLD_CAP, { answers: { cached: 'cached_tokens' } }),
  chat('fireworks', 'accounts/fireworks/models/deepseek-v3', OLD_CAP),
  chat('openrouter', 'deepseek/deepseek-chat', NEW_CAP, {
    described: 'openrouter',
    answers: { ends: 'done', reasoning: 'reasoning' },
  }),
  chat('perplexity', 'sonar', OLD_CAP, { takesTools: false, answers: { usage: 'running' } }),
  chat('huggingface', 'openai/gpt-oss-120b', OLD_CAP),
  chat('nvidia', 'meta/llama-3.3-70b-instruct', OLD_CAP),
  chat('siliconflow', 'deepseek-ai/DeepSeek-V3', OLD_CAP),
  chat('ollama', 'llama3.2', OLD_CAP, { answers: { reasoning: 'reasoning' } }),
  chat('vllm', 'my-model', OLD_CAP),
  chat('custom', 'my-model', OLD_CAP),
];

/** The vendors of the registry that send nothing. */
export const OFFLINE: readonly string[] = ['sandbox'];
