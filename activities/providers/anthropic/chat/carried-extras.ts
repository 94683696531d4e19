import type { Extras } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject } from '../../json-fields.js';
import { isEmpty } from './json-fields.js';
import type { CacheControl } from './wire.js';
import type { Warnings } from '../../warnings.js';

/**
 * Callers of other dialects mark what is to be cached by Anthropic's own field, as they do at OpenRouter and LiteLLM; it is
 * the one unknown field of a message, a part or a tool that this vendor has a meaning for. The others are warned of.
 */
export function carryExtras(
  extras: Extras | undefined,
  place: string,
  warnings: Warnings,
): { readonly cache_control?: CacheControl } {
  const fields: JsonObject = {
    ...extras?.['openai-chat'],
    ...extras?.['openai-responses'],
    ...extras?.['anthropic-messages'],
  };
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'cache_control' || isEmpty(value)) continue;
    warnings.add('ignored', `${place}.${name}`, 'The Messages API has no such field.');
  }
  const cacheControl = asObject(fields['cache_control']);
  return cacheControl === undefined ? {} : { cache_control: cacheControl };
}
