import type { Call } from '../contracts/media-calls.js';
import type { Tags } from '../contracts/usage-reports.js';

/** OpenAI's limits on `metadata`, which the API has refused to exceed. */
const MAX_TAGS = 16;
const MAX_NAME_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/** Under what the arm of an experiment stands among a request's labels, as `policy/arm`; a caller's own of that name does not count. */
export const ROUTING_ARM_TAG = 'sluice_routing_arm';

/**
 * The labels that a caller gave its request to see its usage by: `metadata` in OpenAI's dialects; undefined where there are
 * none. Anthropic's field of that name identifies an end user, which is nobody's label.
 */
export function tagsOf({ source: { dialect, body } }: Pick<Call, 'source'>): Tags | undefined {
  const { metadata } = body;
  if (!dialect.startsWith('openai-') || typeof metadata !== 'object' || metadata === null) return undefined;
  const pairs = Object.entries(metadata).filter(
    (pair): pair is [string, string] =>
      typeof pair[1] === 'string' &&
      pair[0] !== ROUTING_ARM_TAG &&
      pair[0].length <= MAX_NAME_LENGTH &&
      pair[1].length <= MAX_VALUE_LENGTH,
  );
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs.slice(0, MAX_TAGS));
}
