import type { Observation } from '../../workflows/contracts/health.js';
import type { MarketOffer } from './market.js';

/** In which order to ask; `told` of every attempt once it has ended. */
export interface Strategy {
  order(nowMs: number, chance: () => number): readonly MarketOffer[];
  told?(observation: Observation): void;
}

export interface NamedStrategy {
  readonly name: string;
  readonly source: string;
  create(offers: readonly MarketOffer[]): Strategy;
}
