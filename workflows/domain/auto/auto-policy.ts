import type { Estimate } from '../../contracts/estimates.js';

/** How an `auto` model chooses: `balanced` by what the request needs, `cheap` with less of a margin, `best` whatever it costs. */
export type AutoPolicy = 'balanced' | 'cheap' | 'best';

const POLICIES: ReadonlyMap<string, AutoPolicy> = new Map([
  ['sluice/auto', 'balanced'],
  ['sluice/auto-cheap', 'cheap'],
  ['sluice/auto-best', 'best'],
]);

/** The names that stand for a choice, in the order in which they are listed. */
export const AUTO_MODELS: readonly string[] = [...POLICIES.keys()];

/** Letter case does not count, as with other models. */
export function autoPolicyOf(name: string): AutoPolicy | undefined {
  return POLICIES.get(name.toLowerCase());
}

/**
 * The least quality that is asked for, as a share of the best that the caller may use: at no difficulty, and at full. Chosen
 * by the training part of `test/routing/prompts`; `docs/routing-auto.md` shows what comes of it.
 */
const SHARES = {
  cheap: { least: 0.4, most: 0.75 },
  balanced: { least: 0.5, most: 0.92 },
} as const;

/** How fast the demand rises where it is undecided whether a small model will do. */
const STEEPNESS = 10;

/** From 0 to 1, of the best model's quality; `best` asks for the best itself. */
export function shareAskedFor(policy: AutoPolicy, { difficulty }: Pick<Estimate, 'difficulty'>): number {
  if (policy === 'best') return 1;
  const { least, most } = SHARES[policy];
  return least + (most - least) / (1 + Math.exp(STEEPNESS * (0.5 - difficulty)));
}
