/**
 * A vendor that speaks OpenAI's chat dialect (or has no chat, `media-vendors.ts`), as far as configuration goes. What it does otherwise than OpenAI is its profile
 * (`activities/providers/openai-compatible/profiles`); a test holds the two lists together.
 */
export interface CompatibleVendor {
  /** Its name in the catalogue. */
  readonly id: string;
  /** As it writes itself. */
  readonly name: string;
  /** The environment variable that its own clients read their key from; the vendor is on where it is set. */
  readonly keySetting: string;
  /** Up to and with the version. Absent where it runs on its operator's machine: on where its URL is set, with or without a key. */
  readonly baseUrl?: string;
}

/** In the order of the catalogue. A row here, a profile and a row in docs/vendors.md make a vendor callable. */
export const COMPATIBLE_VENDORS = [
  {
    id: 'alibaba',
    name: 'Alibaba Model Studio (DashScope)',
    keySetting: 'DASHSCOPE_API_KEY',
    // International, as the catalogue's prices are; keys of mainland China are for dashscope.aliyuncs.com.
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  },
  {
    id: 'tencent',
    name: 'Tencent Cloud (TokenHub)',
    keySetting: 'HUNYUAN_API_KEY',
    // The catalogue's offers are TokenHub's (https://www.tencentcloud.com/document/product/1300/78941).
    baseUrl: 'https://tokenhub-intl.tencentcloudmaas.com/v1',
  },
  {
    id: 'volcengine',
    name: 'Volcengine Ark',
    keySetting: 'ARK_API_KEY',
    baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
  },
  { id: 'deepseek', name: 'DeepSeek', keySetting: 'DEEPSEEK_API_KEY', baseUrl: 'https://api.deepseek.com/v1' },
  { id: 'moonshot', name: 'Moonshot AI', keySetting: 'MOONSHOT_API_KEY', baseUrl: 'https://api.moonshot.ai/v1' },
  { id: 'zai', name: 'Z.ai', keySetting: 'ZAI_API_KEY', baseUrl: 'https://api.z.ai/api/paas/v4' },
  { id: 'minimax', name: 'MiniMax', keySetting: 'MINIMAX_API_KEY', baseUrl: 'https://api.minimax.io/v1' },
  { id: 'mistral', name: 'Mistral AI', keySetting: 'MISTRAL_API_KEY', baseUrl: 'https://api.mistral.ai/v1' },
  { id: 'xai', name: 'xAI', keySetting: 'XAI_API_KEY', baseUrl: 'https://api.x.ai/v1' },
  { id: 'cohere', name: 'Cohere', keySetting: 'COHERE_API_KEY', baseUrl: 'https://api.cohere.ai/compatibility/v1' },
  { id: 'groq', name: 'Groq', keySetting: 'GROQ_API_KEY', baseUrl: 'https://api.groq.com/openai/v1' },
  { id: 'cerebras', name: 'Cerebras', keySetting: 'CEREBRAS_API_KEY', baseUrl: 'https://api.cerebras.ai/v1' },
  { id: 'together', name: 'Together AI', keySetting: 'TOGETHER_API_KEY', baseUrl: 'https://api.together.ai/v1' },
  {
    id: 'fireworks',
    name: 'Fireworks AI',
    keySetting: 'FIREWORKS_API_KEY',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
  },
  { id: 'openrouter', name: 'OpenRouter', keySetting: 'OPENROUTER_API_KEY', baseUrl: 'https://openrouter.ai/api/v1' },
  { id: 'perplexity', name: 'Perplexity', keySetting: 'PERPLEXITY_API_KEY', baseUrl: 'https://api.perplexity.ai' },
  { id: 'huggingface', name: 'Hugging Face', keySetting: 'HF_TOKEN', baseUrl: 'https://router.huggingface.co/v1' },
  { id: 'nvidia', name: 'NVIDIA', keySetting: 'NVIDIA_API_KEY', baseUrl: 'https://integrate.api.nvidia.com/v1' },
  {
    id: 'siliconflow',
    name: 'SiliconFlow',
    keySetting: 'SILICONFLOW_API_KEY',
    baseUrl: 'https://api.siliconflow.com/v1',
  },
  { id: 'ollama', name: 'Ollama', keySetting: 'OLLAMA_API_KEY' },
  { id: 'vllm', name: 'vLLM', keySetting: 'VLLM_API_KEY' },
  // Any other server of the dialect: LM Studio, llama.cpp, LiteLLM, a vendor that has no row yet.
  { id: 'custom', name: 'Custom', keySetting: 'CUSTOM_API_KEY' },
] as const satisfies readonly CompatibleVendor[];

/** The setting that sends a vendor's calls elsewhere, for example through a proxy of the operator's. */
export function urlSettingOf<Id extends string>({ id }: { readonly id: Id }): `SLUICE_${Uppercase<Id>}_BASE_URL` {
  return `SLUICE_${id.toUpperCase() as Uppercase<Id>}_BASE_URL`;
}

/** Vendors that run on their operator's machines. */
export const OWN_SERVERS: readonly string[] = COMPATIBLE_VENDORS.filter((row) => !('baseUrl' in row)).map(
  ({ id }) => id,
);
