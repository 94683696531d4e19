/** Where a vendor's offers are read from, and how it names its models there. */
export interface VendorSource {
  readonly vendor: string;
  /** The vendor as it is called in prose. */
  readonly title: string;
  /** Where its prices are published, for rows that do not say. */
  readonly pricingUrl: string;
  /** In LiteLLM's map. */
  readonly map?: {
    readonly providers: readonly string[];
    /** What stands before the vendor's own name in the map; the first that fits is cut off. */
    readonly prefixes?: readonly string[];
    /** Names that are models of this vendor; of what is listed under its name, not all is. */
    readonly names?: RegExp;
    readonly leftOut?: RegExp;
  };
  /** Its key in models.dev, for vendors that the map does not have. */
  readonly modelsDev?: string;
  /** Its key in genai-prices, for a second opinion. */
  readonly secondOpinion?: string;
  /** A price of zero is the price, and not an unknown one. */
  readonly zeroIsFree?: RegExp;
  /** The vendor charges in this currency, and the source has converted its prices to USD. */
  readonly convertedFrom?: string;
}

/**
 * What no API for text serves, or only to selected customers; and models that search the web with every request,
 * because what they charge per search is in no usage that they report, so that it could not be charged on.
 */
const OPENAI_LEFT_OUT = /search|cyber|rosalind|-law|computer-use|realtime|transcribe|tts/;
/** In the map as chat, although they make music or speech, steer machines, or run for an hour. */
const GOOGLE_LEFT_OUT =
  /lyria|deep-research|robotics|-tts|-live|native-audio|computer-use|medlm|cyber|exp-|experimental/;

const VERTEX_FAMILIES = [
  'anthropic',
  'llama',
  'mistral',
  'deepseek',
  'qwen',
  'zai',
  'moonshot',
  'minimax',
  'openai',
  'ai21',
];

export const VENDOR_SOURCES: readonly VendorSource[] = [
  {
    ...{ vendor: 'openai', title: 'OpenAI', pricingUrl: 'https://developers.openai.com/api/docs/pricing' },
    // Chat models by their own names: no fine-tunes (`ft:`), which are priced by their base but named by their owners.
    map: {
      providers: ['openai'],
      names: /^(gpt-\d|gpt-audio|chatgpt-|chat-latest$|o\d)/,
      leftOut: OPENAI_LEFT_OUT,
    },
    secondOpinion: 'openai',
  },
  {
    ...{ vendor: 'anthropic', title: 'Anthropic' },
    pricingUrl: 'https://platform.claude.com/docs/en/about-claude/pricing',
    map: { providers: ['anthropic'], names: /^claude-/, leftOut: OPENAI_LEFT_OUT },
    secondOpinion: 'anthropic',
  },
  {
    ...{ vendor: 'google', title: 'Google (Gemini API)', pricingUrl: 'https://ai.google.dev/gemini-api/docs/pricing' },
    map: { providers: ['gemini'], prefixes: ['gemini/'], leftOut: GOOGLE_LEFT_OUT },
    secondOpinion: 'google',
  },
  {
    ...{
      vendor: 'vertex',
      title: 'Google Vertex AI',
      pricingUrl: 'https://cloud.google.com/vertex-ai/generative-ai/pricing',
    },
    map: {
      providers: [
        'vertex_ai',
        'vertex_ai-language-models',
        'vertex_ai-video-models',
        ...VERTEX_FAMILIES.map((name) => `vertex_ai-${name}_models`),
      ],
      prefixes: ['vertex_ai/'],
      leftOut: GOOGLE_LEFT_OUT,
    },
    secondOpinion: 'google',
  },
  {
    ...{ vendor: 'bedrock', title: 'Amazon Bedrock', pricingUrl: 'https://aws.amazon.com/bedrock/pricing/' },
    map: {
      providers: ['bedrock', 'bedrock_converse'],
      prefixes: ['bedrock/'],
      // Capacity that is rented by the month has no price by the token; `twelvelabs` reads videos.
      leftOut: /month-commitment|@|^claude-|twelvelabs|claude_platform\/|invoke\/|converse\/|-latest$/,
    },
    secondOpinion: 'aws',
  },
  {
    ...{ vendor: 'azure', title: 'Microsoft Foundry (Azure)' },
    pricingUrl: 'https://azure.microsoft.com/pricing/details/cognitive-services/openai-service/',
    map: {
      providers: ['azure', 'azure_ai'],
      prefixes: ['azure/', 'azure_ai/'],
      leftOut:
        /^container$|model.router|-latest$|search|codex|cyber|computer-use|realtime|transcribe|tts|command-r-plus$|ft:/,
    },
    secondOpinion: 'azure',
  },
  {
    ...{ vendor: 'alibaba', title: 'Alibaba Model Studio (DashScope)' },
    pricingUrl: 'https://www.alibabacloud.com/help/en/model-studio/models',
    map: { providers: ['dashscope'], prefixes: ['dashscope/'] },
  },
  {
    ...{
      vendor: 'tencent',
      title: 'Tencent Cloud',
      pricingUrl: 'https://www.tencentcloud.com/document/product/1300/78937',
    },
    map: { providers: ['tencent'], prefixes: ['tencent/'] },
  },
  {
    ...{ vendor: 'volcengine', title: 'Volcengine Ark', pricingUrl: 'https://www.volcengine.com/docs/82379/1544106' },
    map: { providers: ['volcengine'], prefixes: ['volcengine/'] },
    convertedFrom: 'CNY',
  },
  {
    ...{ vendor: 'deepseek', title: 'DeepSeek', pricingUrl: 'https://api-docs.deepseek.com/quick_start/pricing' },
    map: { providers: ['deepseek'], prefixes: ['deepseek/'] },
    secondOpinion: 'deepseek',
  },
  {
    ...{ vendor: 'moonshot', title: 'Moonshot AI', pricingUrl: 'https://platform.moonshot.ai/docs/pricing/chat' },
    map: { providers: ['moonshot'], prefixes: ['moonshot/'] },
    secondOpinion: 'moonshotai',
  },
  {
    ...{ vendor: 'zai', title: 'Z.ai', pricingUrl: 'https://docs.z.ai/guides/overview/pricing' },
    map: { providers: ['zai'], prefixes: ['zai/'] },
    secondOpinion: 'zai',
    // The vendor's price page lists these as free.
    zeroIsFree: /^glm-4\.[57]-flash$/,
  },
  {
    ...{ vendor: 'minimax', title: 'MiniMax', pricingUrl: 'https://platform.minimax.io/docs/guides/pricing' },
    map: { providers: ['minimax'], prefixes: ['minimax/'] },
    secondOpinion: 'minimax',
  },
  {
    ...{ vendor: 'mistral', title: 'Mistral AI', pricingUrl: 'https://mistral.ai/pricing' },
    map: { providers: ['mistral'], prefixes: ['mistral/'], leftOut: /vibe-cli|ocr/ },
    secondOpinion: 'mistral',
  },
  {
    ...{ vendor: 'xai', title: 'xAI', pricingUrl: 'https://docs.x.ai/docs/models' },
    map: { providers: ['xai'], prefixes: ['xai/'], leftOut: /multi-agent|experimental|-gv2$/ },
    secondOpinion: 'x-ai',
  },
  {
    ...{ vendor: 'cohere', title: 'Cohere', pricingUrl: 'https://cohere.com/pricing' },
    map: { providers: ['cohere_chat', 'cohere'], prefixes: ['cohere/'] },
    secondOpinion: 'cohere',
  },
  {
    ...{ vendor: 'groq', title: 'Groq', pricingUrl: 'https://groq.com/pricing' },
    map: { providers: ['groq'], prefixes: ['groq/'] },
    secondOpinion: 'groq',
  },
  {
    ...{ vendor: 'cerebras', title: 'Cerebras', pricingUrl: 'https://www.cerebras.ai/pricing' },
    map: { providers: ['cerebras'], prefixes: ['cerebras/'] },
    secondOpinion: 'cerebras',
  },
  {
    ...{ vendor: 'together', title: 'Together AI', pricingUrl: 'https://www.together.ai/pricing' },
    // Without a prefix the map has price classes by size in place of models.
    map: { providers: ['together_ai'], prefixes: ['together_ai/'], leftOut: /^together-ai-/ },
    secondOpinion: 'together',
  },
  {
    ...{ vendor: 'fireworks', title: 'Fireworks AI', pricingUrl: 'https://fireworks.ai/pricing' },
    map: {
      providers: ['fireworks_ai'],
      prefixes: ['fireworks_ai/accounts/fireworks/models/', 'fireworks_ai/'],
      leftOut: /^fireworks-ai-|^accounts\//,
    },
    secondOpinion: 'fireworks',
  },
  {
    ...{ vendor: 'bfl', title: 'Black Forest Labs', pricingUrl: 'https://bfl.ai/pricing' },
    map: { providers: ['black_forest_labs'], prefixes: ['black_forest_labs/'] },
  },
  {
    ...{ vendor: 'fal', title: 'fal', pricingUrl: 'https://fal.ai/pricing' },
    map: {
      providers: ['fal_ai'],
      prefixes: ['fal_ai/'],
      // Charged by the megapixel, which a price for each picture would hide; names without their owner, which fal does not
      // serve; and what makes solids.
      leftOut: /flux\/(dev|schnell)|flux-lora|(^|\/)\d+-x-\d+\/gpt-image|^gpt-image|trellis/,
    },
  },
  {
    ...{ vendor: 'replicate', title: 'Replicate', pricingUrl: 'https://replicate.com/pricing' },
    // What the map has is of 2024; the offers are written by hand.
    map: { providers: [] },
  },
  {
    // Nobody whom the catalogue takes prices from has any of it.
    ...{ vendor: 'kling', title: 'Kling', pricingUrl: 'https://kling.ai/dev/pricing' },
    map: { providers: [] },
  },
  {
    ...{ vendor: 'openrouter', title: 'OpenRouter', pricingUrl: 'https://openrouter.ai/models' },
    modelsDev: 'openrouter',
    secondOpinion: 'openrouter',
    zeroIsFree: /:free$/,
  },
  {
    ...{ vendor: 'perplexity', title: 'Perplexity', pricingUrl: 'https://docs.perplexity.ai/getting-started/pricing' },
    map: {
      providers: ['perplexity'],
      prefixes: ['perplexity/'],
      names: /^sonar(-pro|-reasoning-pro|-deep-research)?$/,
    },
    secondOpinion: 'perplexity',
  },
  {
    ...{
      vendor: 'huggingface',
      title: 'Hugging Face',
      pricingUrl: 'https://huggingface.co/docs/inference-providers/pricing',
    },
    modelsDev: 'huggingface',
  },
  {
    ...{ vendor: 'nvidia', title: 'NVIDIA', pricingUrl: 'https://build.nvidia.com/models' },
    modelsDev: 'nvidia',
    // The hosted endpoints are trials, free of charge within a number of requests.
    zeroIsFree: /./,
  },
  {
    ...{ vendor: 'siliconflow', title: 'SiliconFlow', pricingUrl: 'https://siliconflow.com/pricing' },
    modelsDev: 'siliconflow',
  },
  {
    ...{ vendor: 'ollama', title: 'Ollama', pricingUrl: 'https://ollama.com' },
    // What runs on the operator's own machine costs nobody by the token; the models of Ollama's cloud do.
    map: { providers: ['ollama'], prefixes: ['ollama/'], leftOut: /-cloud$/ },
    zeroIsFree: /./,
  },
  {
    ...{ vendor: 'voyage', title: 'Voyage AI', pricingUrl: 'https://docs.voyageai.com/docs/pricing' },
    map: { providers: ['voyage'], prefixes: ['voyage/'] },
  },
  {
    ...{ vendor: 'jina', title: 'Jina AI', pricingUrl: 'https://api.jina.ai/v1/models' },
    map: { providers: ['jina_ai'] },
  },
  {
    ...{ vendor: 'elevenlabs', title: 'ElevenLabs', pricingUrl: 'https://elevenlabs.io/pricing/api' },
    map: { providers: ['elevenlabs'], prefixes: ['elevenlabs/'] },
  },
  {
    ...{ vendor: 'deepgram', title: 'Deepgram', pricingUrl: 'https://deepgram.com/pricing' },
    map: { providers: ['deepgram'], prefixes: ['deepgram/'] },
  },
];
