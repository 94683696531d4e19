/** In what Google's services differ, though they speak the same format. */
export interface GoogleService {
  /** Its name in the catalogue. */
  readonly id: 'google' | 'vertex';
  /** Whether it fetches any URL, and those of Cloud Storage; else pictures and documents, for newer models. */
  readonly takesAnyUrl: boolean;
  /** Whether it reports log probabilities and knows penalties, for models that elsewhere have them turned off. */
  readonly fullSampling: boolean;
}

/** https://ai.google.dev/api/generate-content */
export const GEMINI_API: GoogleService = { id: 'google', takesAnyUrl: false, fullSampling: false };
/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference */
export const VERTEX_AI: GoogleService = { id: 'vertex', takesAnyUrl: true, fullSampling: true };

export interface ModelTraits {
  /** How the model's thinking is told how far to go: not at all, by a number of tokens, or by a level. */
  readonly thinking:
    | { readonly by: 'nothing' }
    | { readonly by: 'budget'; readonly least: number; readonly greatest: number; readonly canStop: boolean }
    | { readonly by: 'level'; readonly levels: readonly string[] };
  /** From Gemini 3: "function calls without their thought signature are refused"; JSON beside tools; media in results. */
  readonly isThirdGeneration: boolean;
  /** "Penalty is not enabled" and "Logprobs is not enabled", say newer models of the Gemini API. */
  readonly fullSampling: boolean;
  /** Whether URLs of pictures and documents are fetched by the Gemini API. */
  readonly fetchesUrls: boolean;
  /** Gemma has no place for instructions and no JSON mode. */
  readonly isGemma: boolean;
}

/** Names without a number (`gemini-flash-latest`) stand for the newest. */
const NEWEST = 4;

/** What a model takes, by its name: https://ai.google.dev/gemini-api/docs/thinking and docs/thought-signatures. */
export function modelTraits(vendorModel: string): ModelTraits {
  const isGemma = vendorModel.includes('gemma');
  const generation = isGemma ? 0 : Number(/^gemini-(\d+(?:\.\d+)?)/.exec(vendorModel)?.[1] ?? NEWEST);
  return {
    thinking: thinkingOf(vendorModel, generation),
    isThirdGeneration: generation >= 3,
    fullSampling: generation > 0 && generation < 2.5,
    fetchesUrls: generation >= 2.5,
    isGemma,
  };
}

function thinkingOf(vendorModel: string, generation: number): ModelTraits['thinking'] {
  if (generation < 2.5) return { by: 'nothing' };
  const isPro = vendorModel.includes('-pro');
  if (generation < 3) {
    if (isPro) return { by: 'budget', least: 128, greatest: 32_768, canStop: false };
    const least = vendorModel.includes('lite') ? 512 : 1;
    return { by: 'budget', least, greatest: 24_576, canStop: true };
  }
  if (generation === 3 && isPro) return { by: 'level', levels: ['low', 'high'] };
  return { by: 'level', levels: isPro ? ['low', 'medium', 'high'] : ['minimal', 'low', 'medium', 'high'] };
}
