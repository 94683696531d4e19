import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { OpenAiCompatibleProfile } from './profile.js';

/** OpenAI's efforts, each more than the one before it. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/**
 * The request with an effort to reason that the vendor takes: the nearest to what was asked for, and of two as near the
 * greater. A value that is not OpenAI's is the vendor's to judge.
 */
export function toVendorsEffort(
  body: JsonObject,
  { id, reasoningEfforts: taken }: Pick<OpenAiCompatibleProfile, 'id' | 'reasoningEfforts'>,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const asked = body['reasoning_effort'];
  if (taken === undefined || typeof asked !== 'string' || taken.includes(asked) || !EFFORTS.includes(asked)) {
    return { body, warnings: [] };
  }
  const distance = (effort: string): number => Math.abs(EFFORTS.indexOf(effort) - EFFORTS.indexOf(asked));
  const greatestFirst = EFFORTS.toReversed().filter((effort) => taken.includes(effort));
  const nearest = greatestFirst.toSorted((left, right) => distance(left) - distance(right))[0];
  if (nearest === undefined) return { body, warnings: [] };
  const detail = `${id} knows no such effort; '${nearest}' was asked for.`;
  return {
    body: { ...body, reasoning_effort: nearest },
    warnings: [{ type: 'changed', feature: 'reasoning_effort', detail }],
  };
}
