import type { ChatAttempt } from '../../port.js';
import type { Translated } from './to-openai-messages.js';

/**
 * `reasoning_effort` for a call in another dialect. A budget in tokens has become an effort where its dialect was read. The
 * dialect cannot turn reasoning off for every model that has it, and a model without any refuses the field, so that both
 * are left out and told of.
 */
export function toReasoningEffort({
  call,
  offer,
}: Pick<ChatAttempt, 'call' | 'offer'>): Translated<string | undefined> {
  const { reasoningEffort, reasoningBudgetTokens } = call;
  const reasons = offer.capabilities.includes('reasoning');
  const none = (detail?: string): Translated<string | undefined> => ({
    value: undefined,
    warnings: detail === undefined ? [] : [{ type: 'unsupported', feature: 'reasoning_effort', detail }],
  });
  if (reasoningBudgetTokens === 0) return reasons ? none('This model reasons as much as it does by itself.') : none();
  if (reasoningEffort === undefined || reasons) return { value: reasoningEffort, warnings: [] };
  return reasoningEffort === 'none' ? none() : none('This model does not reason before it answers.');
}
