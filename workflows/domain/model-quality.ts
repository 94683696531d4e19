import type { TaskKind, TaskScores } from '../contracts/estimates.js';
import type { KindQuality, ModelQuality, QualityFigures } from '../contracts/model-quality.js';
import type { Model } from '../contracts/models.js';
import type { Offer } from '../contracts/offers.js';

export const TASK_KINDS = ['summary', 'extraction', 'chat', 'code', 'maths', 'reasoning', 'vision', 'tools'] as const;

/** What is known of a model with what the operator says put over it, kind by kind; undefined where nothing is left. */
export function mergeQuality(known: ModelQuality | undefined, said: QualityFigures = {}): ModelQuality | undefined {
  return fromKinds((kind) => {
    const figure = said[kind];
    if (figure === undefined) return known?.[kind];
    if (figure === null) return undefined;
    const { score, source, asOf } = figure;
    return { score, basis: 'operator', sources: [{ source, asOf }] };
  });
}

export function scoresOf(quality: ModelQuality): TaskScores {
  return Object.fromEntries(
    TASK_KINDS.flatMap((kind) => {
      const known = quality[kind];
      return known === undefined ? [] : [[kind, known.score]];
    }),
  );
}

/**
 * The offers with the quality of the models that they serve. An offer of a model that is not among these stays as it is, and
 * where no offer changes the list is the very same one, by which names are indexed.
 */
export function rateOffers(offers: readonly Offer[], models: readonly Model[]): readonly Offer[] {
  const known = new Map(models.map(({ id, quality }) => [id, quality && scoresOf(quality)]));
  const rated = offers.map((offer) => {
    if (offer.model === undefined || !known.has(offer.model)) return offer;
    const scores = known.get(offer.model);
    if (isSame(scores, offer.quality)) return offer;
    const { quality: _, ...unrated } = offer;
    return scores === undefined ? unrated : { ...unrated, quality: scores };
  });
  return rated.every((offer, index) => offer === offers[index]) ? offers : rated;
}

/** What a function tells of each kind; undefined where it tells nothing of any. */
export function fromKinds(tell: (kind: TaskKind) => KindQuality | undefined): ModelQuality | undefined {
  const told = TASK_KINDS.flatMap((kind) => {
    const quality = tell(kind);
    return quality === undefined ? [] : [[kind, quality] as const];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

function isSame(left: TaskScores | undefined, right: TaskScores | undefined): boolean {
  return TASK_KINDS.every((kind) => left?.[kind] === right?.[kind]);
}
