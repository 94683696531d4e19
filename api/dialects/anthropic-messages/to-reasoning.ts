import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { MessagesRequestFields } from './messages-request.schema.js';

/** The least budget of each level of effort: vendors that think by effort have no budgets. The steps are LiteLLM's. */
const EFFORTS: readonly (readonly [budgetTokens: number, effort: string])[] = [
  [4096, 'high'],
  [2048, 'medium'],
  [0, 'low'],
];

/** How much the model is to think, in the words of vendors that go by effort and of those that go by a budget. */
export function toReasoningFields(
  fields: MessagesRequestFields,
): Pick<ChatCall, 'reasoningEffort' | 'reasoningBudgetTokens' | 'reasoningSummary'> {
  const { thinking } = fields;
  const effort = fields.output_config?.effort;
  const asked = effort == null ? {} : { reasoningEffort: effort === 'max' ? 'xhigh' : effort };
  switch (thinking?.type) {
    case 'enabled': {
      const budget = Number(thinking['budget_tokens']);
      const reasoningEffort = EFFORTS.find(([least]) => budget >= least)?.[1] ?? 'low';
      return { reasoningEffort, ...asked, reasoningBudgetTokens: budget, reasoningSummary: 'auto' };
    }
    case 'disabled':
      return { ...asked, reasoningBudgetTokens: 0 };
    case 'adaptive':
      return { reasoningEffort: 'medium', ...asked, reasoningSummary: 'auto' };
    default:
      return asked;
  }
}
