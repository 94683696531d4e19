import type { Extras } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject } from '../../json-fields.js';
import { isEmpty } from '../../anthropic/chat/json-fields.js';
import type { Warnings } from '../../warnings.js';
import type { ModelFamily } from '../model-family.js';
import type { CachePoint } from './wire.js';

/**
 * Callers mark what is to be cached by Anthropic's field, as they do at OpenRouter and LiteLLM; here a point of its own follows
 * what was marked. Every other unknown field of a message, a part or a tool is warned of.
 */
export function cachePointAfter(
  extras: Extras | undefined,
  place: string,
  { caching }: Pick<ModelFamily, 'caching'>,
  warnings: Warnings,
): readonly CachePoint[] {
  const fields: JsonObject = {
    ...extras?.['openai-chat'],
    ...extras?.['openai-responses'],
    ...extras?.['anthropic-messages'],
  };
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'cache_control' || isEmpty(value)) continue;
    warnings.add('ignored', `${place}.${name}`, 'Bedrock’s Converse has no such field.');
  }
  const asked = asObject(fields['cache_control']);
  if (asked === undefined) return [];
  if (caching === undefined || (caching === 'without-tools' && place === 'tools[]')) {
    warnings.add('ignored', `${place}.cache_control`, 'Bedrock caches nothing here for this model.');
    return [];
  }
  return [{ cachePoint: { type: 'default', ...(asked['ttl'] === '1h' && caching === 'with-tools' && { ttl: '1h' }) } }];
}

/** Marks that follow nothing, or another mark, are left out: what was marked may have been left out itself. */
export function withoutIdleMarks<B extends object>(blocks: readonly B[]): readonly B[] {
  return blocks.filter((block, index) => {
    const before = blocks[index - 1];
    return !('cachePoint' in block) || (before !== undefined && !('cachePoint' in before));
  });
}
