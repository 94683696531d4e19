import type { Extras } from '../../../workflows/contracts/call.js';
import { fieldsBesides } from '../shared/fields-besides.js';

/**
 * What an item says of itself that no model is asked by: its id and state, and what came with an answer. `phase` is a hint
 * that only OpenAI's models know, and `prompt_cache_breakpoint` is kept because a caller may miss its effect.
 */
const SAYS_NOTHING = ['id', 'status', 'phase', 'annotations', 'logprobs', 'caller'];

/** The fields of an object that the canonical form has no name for, under this dialect's name; nothing where there are none. */
export function extrasOf(object: object, known: readonly string[]): { readonly extras?: Extras } {
  const fields = fieldsBesides(object, [...known, ...SAYS_NOTHING]);
  return Object.keys(fields).length === 0 ? {} : { extras: { 'openai-responses': fields } };
}
