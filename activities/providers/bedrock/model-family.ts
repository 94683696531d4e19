/** What differs between the makers of models in what Converse takes of a request. */
export interface ModelFamily {
  readonly claude: boolean;
  /** Whether instructions are taken apart from the messages. */
  readonly system: boolean;
  /** Whether a call of a tool can be streamed; where not, the answer is asked for in one piece. */
  readonly streamsTools: boolean;
  /** Which calls can be demanded: any and a named one, any only, none. */
  readonly forcedTools: 'named' | 'any' | 'none';
  /** Whether a tool's result can say that it is an error. */
  readonly resultStatus: boolean;
  /** Whether the vendor holds the answer to a schema; `listed` where the catalogue says that it does. */
  readonly structuredOutputs: 'listed' | 'none';
  /** Where `top_k` goes among the model's own fields. */
  readonly topK?: 'top_k' | 'inferenceConfig.topK';
  readonly stop: boolean;
  /** How an effort to reason is asked for among the model's own fields. */
  readonly effort?: 'reasoning_effort' | 'reasoning_config' | 'reasoningConfig';
  /** Whether prompts are cached at marks, and for an hour where that is asked for; tools have marks of their own at Claude only. */
  readonly caching?: 'with-tools' | 'without-tools';
  /** Whether a conversation may end with the beginning of the assistant's answer. */
  readonly prefill: boolean;
  readonly video: boolean;
}

/**
 * What a model of no known maker takes. Sources: the service model's own words ("only supported by Anthropic Claude 3 and
 * Amazon Nova models" of a named tool, "… Amazon Nova and Anthropic Claude 3 and 4 models" of a result's status); the user
 * guide's "Supported models and model features", "Prompt caching" and "Structured outputs"; what recordings show.
 */
const USUAL: ModelFamily = {
  claude: false,
  system: true,
  streamsTools: true,
  forcedTools: 'none',
  resultStatus: false,
  structuredOutputs: 'listed',
  stop: true,
  prefill: false,
  video: false,
};

const NOVA: Partial<ModelFamily> = {
  forcedTools: 'named',
  resultStatus: true,
  // Not among the models of "Structured outputs"; the catalogue means that a tool can be demanded.
  structuredOutputs: 'none',
  topK: 'inferenceConfig.topK',
  caching: 'without-tools',
  prefill: true,
  video: true,
};

const CLAUDE: Partial<ModelFamily> = {
  claude: true,
  forcedTools: 'named',
  resultStatus: true,
  topK: 'top_k',
  caching: 'with-tools',
  prefill: true,
};

const FAMILIES: readonly (readonly [RegExp, Partial<ModelFamily>])[] = [
  // "Structured outputs" begins with Claude 4.5.
  [/anthropic\.claude-(v|instant|3|(opus|sonnet)-4(-1)?-\d{8})/, { ...CLAUDE, structuredOutputs: 'none' }],
  [/anthropic\.claude/, CLAUDE],
  [/amazon\.nova-2/, { ...NOVA, effort: 'reasoningConfig' }],
  [/amazon\.nova/, NOVA],
  // "System prompts: No" in the user guide's table of features.
  [/amazon\.titan|cohere\.command-(light-)?text/, { system: false, structuredOutputs: 'none' }],
  [/mistral\.(mistral-7b|mixtral)/, { system: false, structuredOutputs: 'none', topK: 'top_k' }],
  // "Streaming tool use: No", in the same table, of these.
  [
    /mistral\.(mistral-(large|small)-24|pixtral)/,
    { streamsTools: false, forcedTools: 'any', structuredOutputs: 'none' },
  ],
  [/mistral\./, { forcedTools: 'any' }],
  [/meta\.llama/, { streamsTools: false, structuredOutputs: 'none' }],
  [/cohere\.command-r/, { streamsTools: false, structuredOutputs: 'none' }],
  // "This model doesn't support the stopSequences field" (crewAIInc/crewAI#3317); its effort as recorded.
  [/openai\./, { stop: false, effort: 'reasoning_effort' }],
  // As recorded.
  [/qwen\./, { effort: 'reasoning_config' }],
];

/** By the name of a model or of an inference profile, whose prefix does not matter. */
export function modelFamily(vendorModel: string): ModelFamily {
  const known = FAMILIES.find(([models]) => models.test(vendorModel))?.[1];
  return known === undefined ? USUAL : { ...USUAL, ...known };
}
