import { createTrackedOffers, type Tracked } from '../../activities/health/tracked-offers.js';
import type { Observation } from '../../workflows/contracts/health.js';
import { isRested, warmth } from '../../workflows/domain/health/circuit.js';
import { CIRCUIT_RULES } from '../../workflows/domain/health/rules.js';
import { type MarketOffer, priceOf } from './market.js';

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

const byPrice = (offers: readonly MarketOffer[]): readonly MarketOffer[] =>
  offers.toSorted((left, right) => priceOf(left) - priceOf(right));

/** Drawn one after another without putting back, each with a chance in proportion to its weight. */
function drawn(
  offers: readonly MarketOffer[],
  weightOf: (offer: MarketOffer) => number,
  chance: () => number,
): readonly MarketOffer[] {
  const left = [...offers];
  return offers.map(() => {
    let mark = chance() * left.reduce((sum, offer) => sum + weightOf(offer), 0);
    const index = left.findIndex((offer) => (mark -= weightOf(offer)) < 0);
    return left.splice(index === -1 ? left.length - 1 : index, 1)[0] as MarketOffer;
  });
}

const inverseSquare = (offer: MarketOffer): number => 1 / priceOf(offer) ** 2;

/** The attempts of each offer within the last `spanMs`. */
function recentAttempts(spanMs: number) {
  const seen = new Map<string, Observation[]>();
  return {
    add: (one: Observation) => void seen.set(one.offerId, [...(seen.get(one.offerId) ?? []), one]),
    of: (id: string, nowMs: number): readonly Observation[] => {
      const recent = (seen.get(id) ?? []).filter(({ endedAtMs }) => endedAtMs > nowMs - spanMs);
      seen.set(id, recent);
      return recent;
    },
  };
}

const failuresOf = (seen: readonly Observation[]): number => seen.filter(({ failure }) => failure).length;

function openRouter(offers: readonly MarketOffer[]): Strategy {
  const recent = recentAttempts(30_000);
  return {
    told: recent.add,
    order: (nowMs, chance) => {
      const isDown = ({ id }: MarketOffer): boolean => {
        const seen = recent.of(id, nowMs);
        return seen.length > 0 && failuresOf(seen) * 2 > seen.length;
      };
      const up = offers.filter((offer) => !isDown(offer));
      return [...drawn(up, inverseSquare, chance), ...drawn(offers.filter(isDown), inverseSquare, chance)];
    },
  };
}

function liteLlm(offers: readonly MarketOffer[]): Strategy {
  const recent = recentAttempts(60_000);
  const coolUntil = new Map<string, number>();
  return {
    told: (one) => {
      recent.add(one);
      const seen = recent.of(one.offerId, one.endedAtMs);
      const limited = one.failure?.class === 'rate_limited' || one.failure?.class === 'auth';
      if (one.failure && (limited || failuresOf(seen) > 3)) coolUntil.set(one.offerId, one.endedAtMs + 5_000);
    },
    order: (nowMs, chance) => {
      const isCool = ({ id }: MarketOffer): boolean => nowMs < (coolUntil.get(id) ?? 0);
      const even = (): number => 1;
      return [
        ...drawn(
          offers.filter((offer) => !isCool(offer)),
          even,
          chance,
        ),
        ...drawn(offers.filter(isCool), even, chance),
      ];
    },
  };
}

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
    create: (offers) => ({ order: (_nowMs, chance) => drawn(offers, () => 1, chance) }),
  },
  {
    name: 'cheapest first',
    source: 'by price; the next where one fails',
    create: (offers) => ({ order: () => byPrice(offers) }),
  },
  {
    name: 'Portkey',
    source: '`strategy.mode: fallback`: the order that was configured, here the fastest first; no memory of failures',
    create: (offers) => {
      const order = offers.toSorted((left, right) => left.firstTokenMs.median - right.firstTokenMs.median);
      return { order: () => order };
    },
  },
  {
    name: 'LiteLLM',
    source:
      '`simple-shuffle` with its defaults: equal chances, 5 s of cooldown after more than 3 failures in a minute, after a 429 or a 401 at once',
    create: liteLlm,
  },
  {
    name: 'OpenRouter',
    source:
      'its default: without those with an outage in the last 30 s (read as: most of its attempts failed), then by the inverse square of the price',
    create: openRouter,
  },
  {
    name: 'Sluice',
    source: 'circuits, probes and warmth of this repository, then by the inverse square of the price',
    create: sluice,
  },
];
