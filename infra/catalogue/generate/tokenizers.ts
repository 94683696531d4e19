import type { Tokenizer } from '../../../workflows/contracts/offers.js';

/**
 * The tokenizer of a model, where its vendor has published it; undefined where nobody knows, so that bytes bound its tokens.
 *
 * OpenAI (`tiktoken/model.py`): `o200k_base` for GPT-4o, 4.1, GPT-5 and the o series. What the vendor reported in recorded
 * answers agrees for 4o, 4.1, o3, 5, 5.4 and 5.6. Nothing is known of GPT-6, nor of names that change their model.
 */
export function tokenizerOf(model: string): Tokenizer | undefined {
  return /^(gpt-4o(?!.*audio)|gpt-4\.1|gpt-5|o[134])(?![0-9])/.test(model) ? 'o200k_base' : undefined;
}
