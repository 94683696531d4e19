import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { ModelTraits } from './model-traits.js';
import type { WireMessage, WireThinking } from './wire.js';
import type { Warnings } from '../../warnings.js';

export interface ThinkingPlan {
  readonly thinking?: WireThinking;
  readonly effort?: string;
  /** Whether the model will think by a budget, which forbids forced tool calls and a begun answer. */
  readonly budgeted: boolean;
  /** Whether thinking was asked for, by a budget or not; it then fixes the temperature. */
  readonly on: boolean;
}

const OFF: ThinkingPlan = { budgeted: false, on: false };
const FEATURE = 'reasoning_effort';
/** The vendor's least budget. */
const MIN_BUDGET_TOKENS = 1024;
/** The share of the output cap that thinking may take at each effort; what remains is for the answer. */
const SHARES: { readonly [effort: string]: number } = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.9,
  max: 0.9,
};
const EFFORTS = Object.keys(SHARES);

/** OpenAI's reasoning effort as the kind of thinking that the model knows. */
export function toThinkingPlan(
  call: ChatCall,
  messages: readonly WireMessage[],
  maxOutputTokens: number,
  traits: ModelTraits,
  warnings: Warnings,
): ThinkingPlan {
  const effort = call.reasoningEffort;
  if (effort === undefined) return OFF;
  if (effort === 'none') return withoutThinking(traits, warnings);
  if (!EFFORTS.includes(effort)) {
    warnings.add('unsupported', FEATURE, 'Anthropic knows no such effort; the model thinks as it does by itself.');
    return OFF;
  }
  switch (traits.thinking) {
    case 'none':
      warnings.add('unsupported', FEATURE, 'This model does not think before it answers.');
      return OFF;
    case 'adaptive':
      return adaptively(effort, traits, warnings);
    case 'budget':
      return byBudget(effort, messages, maxOutputTokens, warnings);
  }
}

function withoutThinking(traits: ModelTraits, warnings: Warnings): ThinkingPlan {
  if (!traits.thinksUnasked) return OFF;
  if (traits.canStopThinking) return { ...OFF, thinking: { type: 'disabled' } };
  warnings.add('changed', FEATURE, 'This model always thinks; the least effort was asked for.');
  return { ...OFF, effort: 'low' };
}

function adaptively(effort: string, traits: ModelTraits, warnings: Warnings): ThinkingPlan {
  const nearest = nearestEffort(effort, traits.efforts);
  if (nearest !== effort)
    warnings.add('changed', FEATURE, `This model knows no effort '${effort}'; '${nearest}' was asked for.`);
  const display = traits.hidesThinking ? ({ display: 'summarized' } as const) : {};
  return { thinking: { type: 'adaptive', ...display }, effort: nearest, budgeted: false, on: true };
}

/** The greatest known effort that is not above the one asked for, because more effort costs more; else the least. */
function nearestEffort(effort: string, known: readonly string[]): string {
  const within = known.filter((candidate) => EFFORTS.indexOf(candidate) <= EFFORTS.indexOf(effort));
  return within.at(-1) ?? known[0] ?? effort;
}

function byBudget(
  effort: string,
  messages: readonly WireMessage[],
  maxOutputTokens: number,
  warnings: Warnings,
): ThinkingPlan {
  const greatest = Math.floor(maxOutputTokens * (SHARES['max'] ?? 0));
  if (greatest < MIN_BUDGET_TOKENS) {
    warnings.add(
      'unsupported',
      FEATURE,
      `The output cap leaves no room to think: it takes ${MIN_BUDGET_TOKENS} tokens and an answer.`,
    );
    return OFF;
  }
  if (isWithinToolLoop(messages)) {
    const detail =
      'The tool calls that are being answered came without their reasoning_details, so the model cannot think on.';
    warnings.add('unsupported', FEATURE, detail);
    return OFF;
  }
  const budget = Math.max(MIN_BUDGET_TOKENS, Math.floor(maxOutputTokens * (SHARES[effort] ?? 0)));
  return { thinking: { type: 'enabled', budget_tokens: budget }, budgeted: true, on: true };
}

/**
 * "When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceding the lastmost set of
 * `tool_use` and `tool_result` blocks)", which callers of other dialects seldom send back. Adaptive thinking does not ask for it.
 */
function isWithinToolLoop(messages: readonly WireMessage[]): boolean {
  const answersCalls = messages.at(-1)?.content.some((block) => block.type === 'tool_result') === true;
  const first = messages.findLast(({ role }) => role === 'assistant')?.content[0]?.type;
  return answersCalls && first !== 'thinking' && first !== 'redacted_thinking';
}
