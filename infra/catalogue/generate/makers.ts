/**
 * Who made a model, by the organisation before its name, or else by its name. The slugs are those that callers of routers
 * and of Hugging Face know (`meta-llama`, `mistralai`, `x-ai`).
 */
export function makerOf(organization: string | undefined, name: string, vendor: string): string {
  const known = organization === undefined ? undefined : (ORGANIZATIONS[organization] ?? organization);
  if (known !== undefined && !RESELLERS.has(known)) return known;
  return MAKERS.find(([pattern]) => pattern.test(name))?.[1] ?? OWN_MAKERS[vendor] ?? vendor;
}

/** The maker that a vendor is, where it makes models itself. */
export const OWN_MAKERS: { readonly [vendor: string]: string | undefined } = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  vertex: 'google',
  bedrock: 'amazon',
  azure: 'microsoft',
  alibaba: 'qwen',
  tencent: 'tencent',
  volcengine: 'bytedance',
  deepseek: 'deepseek',
  moonshot: 'moonshotai',
  zai: 'z-ai',
  minimax: 'minimax',
  mistral: 'mistralai',
  xai: 'x-ai',
  cohere: 'cohere',
  perplexity: 'perplexity',
  nvidia: 'nvidia',
  voyage: 'voyageai',
  jina: 'jinaai',
};

/** Organisations by other spellings, all in small letters. */
const ORGANIZATIONS: { readonly [organization: string]: string | undefined } = {
  'deepseek-ai': 'deepseek',
  'zai-org': 'z-ai',
  zai: 'z-ai',
  thudm: 'z-ai',
  minimaxai: 'minimax',
  xai: 'x-ai',
  meta: 'meta-llama',
  mistral: 'mistralai',
  'bytedance-seed': 'bytedance',
  alibaba: 'qwen',
  moonshot: 'moonshotai',
  coherelabs: 'cohere',
  cohereforai: 'cohere',
  'stepfun-ai': 'stepfun',
  ibm: 'ibm-granite',
  'meta-models': 'meta-llama',
  xiaomimimo: 'xiaomi',
};

/** Organisations that serve the models of others under their own name. */
const RESELLERS: ReadonlySet<string> = new Set(['perplexity', 'pro', 'togethercomputer', 'openrouter', 'together']);

const MAKERS: readonly (readonly [RegExp, string])[] = [
  [
    /^(gpt|chatgpt|chat-latest|o\d|codex|davinci|babbage|text-embedding-(3|ada)|dall-e|whisper|tts-|sora|omni-moderation)/,
    'openai',
  ],
  [/^claude/, 'anthropic'],
  [/nemotron|^nv-/, 'nvidia'],
  [
    /^(gemini|gemma|imagen|veo|palm|learnlm|lyria|chirp|text-bison|textembedding|text-multilingual-embedding)/,
    'google',
  ],
  [/^(code-?llama|llama|meta-llama|muse-)/, 'meta-llama'],
  [/^(open-)?(mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|voxtral)/, 'mistralai'],
  [/^deepseek/, 'deepseek'],
  [/^(qwen|qwq|qvq|wan[-\d]|tongyi)/, 'qwen'],
  [/^(kimi|moonshot)/, 'moonshotai'],
  [/^(zai-)?(glm|chatglm|codegeex|cogview|cogvideo)/, 'z-ai'],
  [/^(minimax|abab|hailuo|t2v-|i2v-|speech-0)/, 'minimax'],
  [/^grok/, 'x-ai'],
  [/^(cohere-|command|c4ai|aya|embed-|rerank-(v|english|multilingual))/, 'cohere'],
  [/^(nova-|titan-)/, 'amazon'],
  [/^(jamba|j2-)/, 'ai21'],
  [/^(phi-|mai-)/, 'microsoft'],
  [/^(hunyuan|hy\d)/, 'tencent'],
  [/^(doubao|seed|seedream|seedance|skylark)/, 'bytedance'],
  [/^(sonar|pplx|r1-1776)/, 'perplexity'],
  [/^granite/, 'ibm-granite'],
  [/^ernie/, 'baidu'],
  [/^yi-/, '01-ai'],
  [/^step-/, 'stepfun'],
  [/^palmyra/, 'writer'],
  [/^internlm/, 'internlm'],
  [/^flux/, 'black-forest-labs'],
  [/^(stable-|sd3|sdxl)/, 'stabilityai'],
  [/^dbrx|^dolly/, 'databricks'],
];
