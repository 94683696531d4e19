import type { OfferHealth } from '../../contracts/health.js';
import { type Bucket, qualityOf, tallyOf } from './bucket.js';
import { type Circuit, warmth } from './circuit.js';
import { percentilesOf } from './sketch.js';

export interface Seen {
  readonly offerId: string;
  readonly credentialId?: string;
  readonly window: Bucket;
  readonly circuit: Circuit;
  /** Whether the next request may find out how an open circuit's vendor is. */
  readonly mayProbe: boolean;
}

/** What a planner and an operator are told of an offer at this moment. */
export function offerHealth({ offerId, credentialId, window, circuit, mayProbe }: Seen, nowMs: number): OfferHealth {
  const { counted, faults } = tallyOf(window);
  const state = circuit.phase === 'closed' ? 'closed' : mayProbe ? 'half_open' : 'open';
  const firstTokenMs = percentilesOf(window.firstTokenMs);
  const tokensPerSecond = percentilesOf(window.tokensPerSecond);
  const quality = qualityOf(window);
  return {
    offerId,
    ...(credentialId !== undefined && { credentialId }),
    circuit: state,
    ...(state === 'open' && { untilMs: circuit.untilMs }),
    ...(circuit.reason !== undefined && { reason: circuit.reason }),
    attempts: counted,
    availability: counted === 0 ? 1 : (counted - faults) / counted,
    ...(Object.keys(window.failures).length > 0 && { failures: window.failures }),
    ...(firstTokenMs && { firstTokenMs }),
    ...(tokensPerSecond && { tokensPerSecond }),
    ...(quality && { quality }),
    // Those few that find out are counted already, so that the chance to do so need not be small as well.
    warmth: state === 'half_open' ? 1 : warmth(circuit, nowMs),
  };
}
