import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ModelTraits } from '../../anthropic/chat/model-traits.js';
import { toThinkingPlan } from '../../anthropic/chat/to-anthropic-thinking.js';
import type { Warnings } from '../../warnings.js';
import type { ModelFamily } from '../model-family.js';
import type { WireMessage } from './wire.js';

export interface ReasoningPlan {
  /** The model's own fields for it. */
  readonly fields: JsonObject;
  /** Whether the model will think by a budget, which forbids forced tool calls and a begun answer. */
  readonly budgeted: boolean;
  /** Whether reasoning was asked for. */
  readonly on: boolean;
}

const OFF: ReasoningPlan = { fields: {}, budgeted: false, on: false };
const FEATURE = 'reasoning_effort';

/** The effort to reason, in the words of the model's maker. */
export function toReasoningPlan(
  call: ChatCall,
  messages: readonly WireMessage[],
  maxOutputTokens: number,
  { family, traits }: { readonly family: ModelFamily; readonly traits: ModelTraits },
  warnings: Warnings,
): ReasoningPlan {
  const effort = effortOf(call);
  if (effort === undefined) return OFF;
  if (family.claude) return ofClaude({ ...call, reasoningEffort: effort }, messages, maxOutputTokens, traits, warnings);
  if (effort === 'none') return OFF;
  switch (family.effort) {
    case undefined:
      warnings.add(
        'unsupported',
        FEATURE,
        'This model has no effort to choose at Bedrock; it reasons as it does by itself.',
      );
      return OFF;
    case 'reasoningConfig':
      return ofNova(effort, warnings);
    case 'reasoning_effort':
    case 'reasoning_config':
      return { fields: { [family.effort]: nearest(effort, warnings) }, budgeted: false, on: true };
  }
}

/** A caller of Anthropic's dialect turns reasoning on by a budget, or off by none. */
function effortOf({ reasoningEffort, reasoningBudgetTokens }: ChatCall): string | undefined {
  if (reasoningEffort !== undefined || reasoningBudgetTokens === undefined) return reasoningEffort;
  return reasoningBudgetTokens === 0 ? 'none' : 'medium';
}

function ofClaude(
  call: ChatCall,
  messages: readonly WireMessage[],
  maxOutputTokens: number,
  traits: ModelTraits,
  warnings: Warnings,
): ReasoningPlan {
  if (traits.thinking === 'budget' && isWithinToolLoop(messages)) {
    const detail =
      'The tool calls that are being answered came without their reasoning_details, so the model cannot think on.';
    warnings.add('unsupported', FEATURE, detail);
    return OFF;
  }
  const { thinking, effort, budgeted, on } = toThinkingPlan(call, [], maxOutputTokens, traits, warnings);
  const fields = {
    ...(thinking !== undefined && { thinking }),
    ...(effort !== undefined && { output_config: { effort } }),
  };
  return { fields, budgeted, on };
}

/** "When `thinking` is enabled, a final `assistant` message must start with a thinking block", Anthropic says of budgets. */
function isWithinToolLoop(messages: readonly WireMessage[]): boolean {
  const answersCalls = messages.at(-1)?.content.some((block) => 'toolResult' in block) === true;
  const first = messages.findLast(({ role }) => role === 'assistant')?.content[0];
  return answersCalls && (first === undefined || !('reasoningContent' in first));
}

/**
 * Nova 2: "When maxReasoningEffort is set to high, temperature, topP and maxTokens must be unset" (Nova 2 user guide, "Extended
 * thinking"). The cap on output is what the hold pays for and always sent, so that the effort is medium at most.
 */
function ofNova(effort: string, warnings: Warnings): ReasoningPlan {
  const level = nearest(effort, warnings);
  if (level === 'high') {
    warnings.add(
      'changed',
      FEATURE,
      'Nova allows no cap on its output with a high effort; a medium one was asked for.',
    );
  }
  const maxReasoningEffort = level === 'high' ? 'medium' : level;
  return { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort } }, budgeted: false, on: true };
}

function nearest(effort: string, warnings: Warnings): 'low' | 'medium' | 'high' {
  switch (effort) {
    case 'low':
    case 'medium':
    case 'high':
      return effort;
    case 'minimal':
      warnings.add('changed', FEATURE, "This model knows no effort 'minimal'; 'low' was asked for.");
      return 'low';
    default:
      warnings.add('changed', FEATURE, "This model knows no such effort; 'high' was asked for.");
      return 'high';
  }
}
