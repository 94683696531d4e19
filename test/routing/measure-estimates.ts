import type { Estimate } from '../../workflows/contracts/estimates.js';
import { estimateOfConversation } from '../../workflows/domain/difficulty/estimate.js';
import { isHeldOut, KINDS, type LabelledPrompt, readPrompts, toCall } from './prompt-set.js';

export interface Estimated {
  readonly prompt: LabelledPrompt;
  readonly estimate: Estimate;
}

/** From here on a request is counted as one that needs a strong model. */
export const STRONG_FROM = 0.5;

export function estimatePrompts(part: 'training' | 'held out'): readonly Estimated[] {
  return readPrompts()
    .filter((prompt) => isHeldOut(prompt) === (part === 'held out'))
    .map((prompt) => ({ prompt, estimate: estimateOfConversation(toCall(prompt)) }));
}

/** Tables of how often the estimates are right, as Markdown. */
export function renderAccuracy(): string {
  const [training, held] = [estimatePrompts('training'), estimatePrompts('held out')];
  const languages = [...new Set(held.map(({ prompt }) => prompt.language))].sort();
  return [
    table(
      ['prompts', 'number', 'kind right', 'tier right'],
      [
        ['training', ...accuracy(training)],
        ['**held out**', ...accuracy(held)],
        ...languages.map((language) => [
          `held out, ${language}`,
          ...accuracy(held.filter(({ prompt }) => prompt.language === language)),
        ]),
      ],
    ),
    ...confusionOf(held),
    table(
      ['kind', 'prompts', 'tier right', 'strong ones found'],
      KINDS.map((kind) => {
        const own = held.filter(({ prompt }) => prompt.kind === kind);
        const strong = own.filter(({ prompt }) => prompt.tier === 'strong');
        return [kind, String(own.length), percent(own, isTierRight), percent(strong, isTierRight)];
      }),
    ),
  ].join('\n\n');
}

/** What the held-out prompts are labelled and what they were taken for, as Markdown. */
export function renderConfusion(): string {
  return confusionOf(estimatePrompts('held out')).join('\n\n');
}

function confusionOf(held: readonly Estimated[]): readonly string[] {
  return [
    'Kinds of the held-out prompts: a row is what a prompt is labelled, a column what it was taken for.',
    table(
      ['', ...KINDS, 'right'],
      KINDS.map((kind) => {
        const own = held.filter(({ prompt }) => prompt.kind === kind);
        const taken = KINDS.map((other) => own.filter(({ estimate }) => estimate.kind === other).length);
        return [kind, ...taken.map((count) => (count === 0 ? '' : String(count))), percent(own, isKindRight)];
      }),
    ),
    'Tiers of the held-out prompts: a prompt is taken for one that needs a strong model where its difficulty is 0.5 or more.',
    table(
      ['labelled', 'taken for cheap', 'taken for strong'],
      (['cheap', 'strong'] as const).map((tier) => {
        const own = held.filter(({ prompt }) => prompt.tier === tier);
        const strong = own.filter(({ estimate }) => estimate.difficulty >= STRONG_FROM).length;
        return [tier, String(own.length - strong), String(strong)];
      }),
    ),
  ];
}

function accuracy(estimated: readonly Estimated[]): readonly string[] {
  return [String(estimated.length), percent(estimated, isKindRight), percent(estimated, isTierRight)];
}

export function isKindRight({ prompt, estimate }: Estimated): boolean {
  return prompt.kind === estimate.kind;
}

export function isTierRight({ prompt, estimate }: Estimated): boolean {
  return (prompt.tier === 'strong') === estimate.difficulty >= STRONG_FROM;
}

export function percent<T>(all: readonly T[], isCounted: (one: T) => boolean): string {
  return all.length === 0 ? '' : `${((100 * all.filter(isCounted).length) / all.length).toFixed(1)} %`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
