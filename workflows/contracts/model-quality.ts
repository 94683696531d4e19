import type { TaskKind } from './estimates.js';

/** Where a figure stands, as an address or in words, and the ISO date on which it was published, or else read. */
export interface FigureSource {
  readonly source: string;
  readonly asOf: string;
}

/** How well a model does one kind of work, from 0 to 1, and what that rests on: a `guess` where nobody has measured it. */
export interface KindQuality {
  readonly score: number;
  readonly basis: 'operator' | 'figures' | 'guess';
  /** Of all figures that the score is made of; of a guess none. */
  readonly sources: readonly FigureSource[];
}

/** A kind is absent where nothing is known. */
export type ModelQuality = { readonly [K in TaskKind]?: KindQuality };

/** What the operator has measured, or read. */
export interface QualityFigure extends FigureSource {
  readonly score: number;
}

/** What the operator says for single kinds of work; null where nothing is to be known, so that no choice goes by it. */
export type QualityFigures = { readonly [K in TaskKind]?: QualityFigure | null };
