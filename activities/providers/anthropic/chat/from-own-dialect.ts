import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ChatAttempt } from '../../port.js';
import { asCount, asObject } from '../../json-fields.js';
import { withoutForeignHistory } from './own-history.js';
import type { Warnings } from '../../warnings.js';

const MIN_BUDGET_TOKENS = 1024;

/** The body of a caller who speaks this dialect, as written but for what the plan decides. */
export function fromOwnDialect(
  { call, offer, maxOutputTokens }: Pick<ChatAttempt, 'call' | 'offer' | 'maxOutputTokens'>,
  warnings: Warnings,
): JsonObject {
  const { thinking, messages, ...body } = call.source.body;
  const fitting = fitThinking(asObject(thinking), maxOutputTokens, warnings) ?? thinking;
  return {
    ...body,
    ...(messages !== undefined && { messages: withoutForeignHistory(messages, warnings) }),
    ...(fitting !== undefined && { thinking: fitting }),
    model: offer.vendorModel,
    max_tokens: maxOutputTokens,
    stream: call.stream,
  };
}

/** The cap may be lower than the caller's own, and the vendor wants the budget for thinking to be below it. */
function fitThinking(
  thinking: JsonObject | undefined,
  maxOutputTokens: number,
  warnings: Warnings,
): JsonObject | undefined {
  const budget = asCount(thinking?.['budget_tokens']);
  if (thinking?.['type'] !== 'enabled' || budget === undefined || budget < maxOutputTokens) return undefined;
  if (maxOutputTokens <= MIN_BUDGET_TOKENS) {
    warnings.add('changed', 'thinking', `The output cap of ${maxOutputTokens} tokens leaves no room to think.`);
    return { type: 'disabled' };
  }
  warnings.add(
    'changed',
    'thinking',
    `The budget was lowered to stay below the output cap of ${maxOutputTokens} tokens.`,
  );
  return { ...thinking, budget_tokens: Math.max(MIN_BUDGET_TOKENS, Math.floor(maxOutputTokens / 2)) };
}
