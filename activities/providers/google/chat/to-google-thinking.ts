import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { ModelTraits } from './model-traits.js';
import type { Warnings } from '../../warnings.js';
import type { WireThinking } from './wire.js';

const FEATURE = 'reasoning_effort';
const EFFORTS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** What the vendor's own OpenAI-compatible endpoint makes of each (https://ai.google.dev/gemini-api/docs/openai#thinking). */
const BUDGETS: { readonly [effort: string]: number } = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
};
/** Thoughts count against the cap on output: this share is the most of it that they may take, so that an answer fits. */
const LARGEST_SHARE = 0.8;

/** How far the model is to think, and whether it tells; nothing where the caller said nothing of it. */
export function toThinking(
  call: ChatCall,
  maxOutputTokens: number,
  { thinking }: ModelTraits,
  warnings: Warnings,
): WireThinking | undefined {
  const wish = wishOf(call, warnings);
  if (wish === undefined) return undefined;
  switch (thinking.by) {
    case 'nothing':
      if (wish.budget !== 0 && wish.effort !== undefined) {
        warnings.add('unsupported', FEATURE, 'This model does not think before it answers.');
      }
      return undefined;
    case 'budget':
      if (wish.effort === undefined) return { includeThoughts: true };
      return wish.budget === 0
        ? withoutBudget(thinking, warnings)
        : byBudget(wish.budget, maxOutputTokens, thinking, warnings);
    case 'level':
      if (wish.effort === undefined) return { includeThoughts: true };
      return wish.budget === 0 ? withoutLevel(thinking.levels, warnings) : byLevel(wish, thinking.levels, warnings);
  }
}

/** What the caller wants, in both of the ways in which models are told; no effort: to see the thoughts, however many. */
interface Wish {
  readonly effort?: string;
  /** 0 for no thinking. */
  readonly budget: number;
  /** Whether the caller gave a number, so that the effort is reckoned from it. */
  readonly isReckoned: boolean;
}

function wishOf(
  { reasoningEffort: effort, reasoningBudgetTokens: budget, reasoningSummary }: ChatCall,
  warnings: Warnings,
): Wish | undefined {
  if (budget !== undefined) return { effort: effortOf(budget), budget, isReckoned: true };
  if (effort === undefined) return reasoningSummary === undefined ? undefined : { budget: 0, isReckoned: false };
  if (effort === 'none') return { effort, budget: 0, isReckoned: false };
  const known = Object.hasOwn(BUDGETS, effort) ? BUDGETS[effort] : undefined;
  if (known !== undefined) return { effort, budget: known, isReckoned: false };
  warnings.add('unsupported', FEATURE, 'Google knows no such effort; the model thinks as it does by itself.');
  return { budget: 0, isReckoned: false };
}

type Budgeted = Extract<ModelTraits['thinking'], { by: 'budget' }>;

function withoutBudget({ canStop, least }: Budgeted, warnings: Warnings): WireThinking {
  if (canStop) return { thinkingBudget: 0 };
  warnings.add('changed', FEATURE, 'This model always thinks; the least thinking was asked for.');
  return { thinkingBudget: least };
}

function byBudget(wanted: number, maxOutputTokens: number, limits: Budgeted, warnings: Warnings): WireThinking {
  const greatest = Math.min(limits.greatest, Math.floor(maxOutputTokens * LARGEST_SHARE));
  if (greatest < limits.least) {
    warnings.add(
      'changed',
      FEATURE,
      'The cap on output leaves little room to think; the least thinking was asked for.',
    );
    return { thinkingBudget: limits.canStop ? 0 : limits.least };
  }
  return { includeThoughts: true, thinkingBudget: Math.min(Math.max(wanted, limits.least), greatest) };
}

function withoutLevel(levels: readonly string[], warnings: Warnings): WireThinking {
  const least = levels[0] ?? 'low';
  warnings.add('changed', FEATURE, `This model always thinks; its least level, '${least}', was asked for.`);
  return { thinkingLevel: least };
}

/** The greatest known level that is not above the one asked for, because more thinking costs more; else the least. */
function byLevel({ effort = 'low', isReckoned }: Wish, levels: readonly string[], warnings: Warnings): WireThinking {
  const within = levels.filter((level) => EFFORTS.indexOf(level) <= EFFORTS.indexOf(effort));
  const nearest = within.at(-1) ?? levels[0] ?? effort;
  if (isReckoned) {
    warnings.add('changed', FEATURE, `This model thinks by levels and not by a budget; '${nearest}' was asked for.`);
  } else if (nearest !== effort) {
    warnings.add('changed', FEATURE, `This model knows no effort '${effort}'; '${nearest}' was asked for.`);
  }
  return { includeThoughts: true, thinkingLevel: nearest };
}

function effortOf(budget: number): string {
  return EFFORTS.findLast((effort) => (BUDGETS[effort] ?? 0) <= budget && effort !== 'minimal') ?? 'low';
}
