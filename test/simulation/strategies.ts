import { createTrackedOffers, type Tracked } from '../../activities/health/tracked-offers.js';
import { isRested, warmth } from '../../workflows/domain/health/circuit.js';
import { CIRCUIT_RULES } from '../../workflows/domain/health/rules.js';
import { byPrice, drawn, evenly, inverseSquare } from './drawing.js';
import type { MarketOffer } from './market.js';
import { PEER_STRATEGIES } from './peer-strategies.js';
import type { NamedStrategy, Strategy } from './strategy.js';

/** The code that a gateway runs, but for the database: one process, whose leave to find out is its own. */
function sluice(offers: readonly MarketOffer[]): Strategy {
  const tracked = createTrackedOffers(CIRCUIT_RULES);
  return {
    told: (one) => void tracked.observe(one),
    order: (nowMs, chance) => {
      for (const one of tracked.all.values()) {
        const isLapsed = isRested(one.watch.circuit, nowMs) && nowMs >= one.probes.untilMs;
        if (isLapsed) one.probes = { left: 2, untilMs: nowMs + 5_000 };
      }
      const states = offers.map((offer) => ({ offer, one: tracked.of({ offerId: offer.id }) }));
      const isOpen = (one: Tracked): boolean => one.watch.circuit.phase === 'open';
      const warmths = new Map(states.map(({ offer, one }) => [offer, warmth(one.watch.circuit, nowMs)]));
      const probed = states.find(({ one }) => isRested(one.watch.circuit, nowMs) && one.probes.left > 0)?.offer;
      const up = states.filter(({ one }) => !isOpen(one)).map(({ offer }) => offer);
      const rest = offers.filter((offer) => offer !== probed && !up.includes(offer));
      const weightOf = (offer: MarketOffer): number => inverseSquare(offer) * (warmths.get(offer) ?? 1);
      if (probed) tracked.of({ offerId: probed.id }).probes.left -= 1;
      return [...(probed ? [probed] : []), ...drawn(up, weightOf, chance), ...drawn(rest, inverseSquare, chance)];
    },
  };
}

export const STRATEGIES: readonly NamedStrategy[] = [
  {
    name: 'fixed choice',
    source: 'the cheapest, asked again up to twice',
    create: (offers) => {
      const [only] = byPrice(offers);
      return { order: () => (only ? [only, only, only] : []) };
    },
  },
  {
    name: 'random',
    source: 'any of those not asked yet, with equal chances',
    create: (offers) => ({ order: (_nowMs, chance) => drawn(offers, evenly, chance) }),
  },
  {
    name: 'cheapest first',
    source: 'by price; the next where one fails',
    create: (offers) => ({ order: () => byPrice(offers) }),
  },
  ...PEER_STRATEGIES,
  {
    name: 'Sluice',
    source: 'circuits, probes and warmth of this repository, then by the inverse square of the price',
    create: sluice,
  },
];
