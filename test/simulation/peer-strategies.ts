import type { Observation } from '../../workflows/contracts/health.js';
import { type MarketOffer, priceOf } from './market.js';
import { byPrice, drawn, evenly, failuresOf, inverseSquare, recentAttempts } from './drawing.js';
import type { NamedStrategy, Strategy } from './strategy.js';

// What other gateways document, each with its page. Where a page leaves something open, `source` says how it was read.

const seconds = (count: number): number => count * 1_000;
const isLimit = ({ failure }: Observation): boolean => failure?.class === 'rate_limited' || failure?.class === 'auth';
const fastestFirst = (offers: readonly MarketOffer[]): readonly MarketOffer[] =>
  offers.toSorted((left, right) => left.firstTokenMs.median - right.firstTokenMs.median);

/** Those that are not left alone at the moment, and the others behind them. */
function behind(
  offers: readonly MarketOffer[],
  isResting: (offer: MarketOffer) => boolean,
  order: (some: readonly MarketOffer[]) => readonly MarketOffer[],
): readonly MarketOffer[] {
  return [...order(offers.filter((offer) => !isResting(offer))), ...order(offers.filter(isResting))];
}

/** After so many failures in a row an offer is left alone for a while, each time for as long as `restMs` says. */
function createBreaker(failures: number, restMs: (times: number) => number) {
  const states = new Map<string, { streak: number; times: number; untilMs: number }>();
  return {
    told: ({ offerId, failure, endedAtMs }: Observation): void => {
      const state = states.get(offerId) ?? { streak: 0, times: 0, untilMs: 0 };
      state.streak = failure ? state.streak + 1 : 0;
      if (state.streak >= failures && endedAtMs >= state.untilMs) {
        state.times += 1;
        state.untilMs = endedAtMs + restMs(state.times);
        state.streak = 0;
      }
      states.set(offerId, state);
    },
    isResting:
      (nowMs: number) =>
      ({ id }: MarketOffer): boolean =>
        nowMs < (states.get(id)?.untilMs ?? 0),
  };
}

function openRouter(offers: readonly MarketOffer[]): Strategy {
  const recent = recentAttempts(seconds(30));
  return {
    told: recent.add,
    order: (nowMs, chance) => {
      const isDown = ({ id }: MarketOffer): boolean => {
        const seen = recent.of(id, nowMs);
        return seen.length > 0 && failuresOf(seen) * 2 > seen.length;
      };
      return behind(offers, isDown, (some) => drawn(some, inverseSquare, chance));
    },
  };
}

function liteLlm(offers: readonly MarketOffer[]): Strategy {
  const recent = recentAttempts(seconds(60));
  const coolUntil = new Map<string, number>();
  return {
    told: (one) => {
      recent.add(one);
      const seen = recent.of(one.offerId, one.endedAtMs);
      const isTooMuch = isLimit(one) || failuresOf(seen) > 3;
      if (one.failure && isTooMuch) coolUntil.set(one.offerId, one.endedAtMs + seconds(5));
    },
    order: (nowMs, chance) =>
      behind(
        offers,
        ({ id }) => nowMs < (coolUntil.get(id) ?? 0),
        (some) => drawn(some, evenly, chance),
      ),
  };
}

function portkeyBalanced(offers: readonly MarketOffer[]): Strategy {
  const order = fastestFirst(offers);
  return {
    order: (_nowMs, chance) => {
      const [first] = drawn(offers, evenly, chance);
      return first ? [first, ...order.filter((offer) => offer !== first)] : [];
    },
  };
}

function kongRoundRobin(offers: readonly MarketOffer[]): Strategy {
  const breaker = createBreaker(3, () => seconds(10));
  let turn = -1;
  return {
    told: breaker.told,
    order: (nowMs) => {
      turn += 1;
      const start = turn % offers.length;
      const inTurn = [...offers.slice(start), ...offers.slice(0, start)];
      return behind(inTurn, breaker.isResting(nowMs), (some) => some);
    },
  };
}

/** How much of an average the latest answer is. */
const LATEST = 0.3;

function kongLowestLatency(offers: readonly MarketOffer[]): Strategy {
  const breaker = createBreaker(3, () => seconds(10));
  const averages = new Map<string, number>();
  return {
    told: (one) => {
      breaker.told(one);
      const ms = one.endedAtMs - one.startedAtMs;
      const before = averages.get(one.offerId) ?? ms;
      averages.set(one.offerId, before + LATEST * (ms - before));
    },
    order: (nowMs) => {
      const averageOf = ({ id }: MarketOffer): number => averages.get(id) ?? 0;
      return behind(offers, breaker.isResting(nowMs), (some) =>
        some.toSorted((left, right) => averageOf(left) - averageOf(right)),
      );
    },
  };
}

function envoy(offers: readonly MarketOffer[]): Strategy {
  const breaker = createBreaker(5, (times) => seconds(30) * Math.min(times, 10));
  return {
    told: breaker.told,
    order: (nowMs) => behind(byPrice(offers), breaker.isResting(nowMs), (some) => some),
  };
}

function vercel(offers: readonly MarketOffer[]): Strategy {
  const recent = recentAttempts(seconds(300));
  return {
    told: recent.add,
    order: (nowMs) => {
      const seen = new Map(offers.map((offer) => [offer, recent.of(offer.id, nowMs)] as const));
      const isUnreliable = (offer: MarketOffer): boolean =>
        failuresOf(seen.get(offer) ?? []) > 0.05 * (seen.get(offer)?.length ?? 0);
      const latencyOf = (offer: MarketOffer): number =>
        medianOf((seen.get(offer) ?? []).map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs));
      return behind(offers, isUnreliable, (some) => some.toSorted((left, right) => latencyOf(left) - latencyOf(right)));
    },
  };
}

/** 0 of nothing: what was not seen lately is tried. */
function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function newApi(offers: readonly MarketOffer[]): Strategy {
  const dear = byPrice(offers).slice(2);
  const disabled = new Set<string>();
  return {
    told: ({ offerId, failure }) => {
      if (failure?.class === 'auth') disabled.add(offerId);
    },
    order: (_nowMs, chance) => {
      const enabled = offers.filter(({ id }) => !disabled.has(id));
      const weightOf = (offer: MarketOffer): number => 1 / priceOf(offer);
      const tiers = [enabled.filter((offer) => !dear.includes(offer)), enabled.filter((offer) => dear.includes(offer))];
      // Each further try goes one priority down, and stays with the last.
      const [preferred, others] = tiers.map((tier) => drawn(tier, weightOf, chance));
      return [...(preferred?.slice(0, 1) ?? []), ...(others ?? []), ...(preferred?.slice(1) ?? [])];
    },
  };
}

export const PEER_STRATEGIES: readonly NamedStrategy[] = [
  {
    name: 'Portkey, fallback',
    // https://portkey.ai/docs/product/ai-gateway/fallbacks
    source: '`strategy.mode: fallback`: the order that was configured, here the fastest first; no memory of failures',
    create: (offers) => {
      const order = fastestFirst(offers);
      return { order: () => order };
    },
  },
  {
    name: 'Portkey, balanced',
    // https://portkey.ai/docs/product/ai-gateway/load-balancing
    source:
      '`strategy.mode: loadbalance` with its default weights, all equal, and a fallback to the others within it; no memory of failures',
    create: portkeyBalanced,
  },
  {
    name: 'Kong, round-robin',
    // https://developer.konghq.com/plugins/ai-proxy-advanced/examples/circuit-breaker
    source:
      '`algorithm: round-robin`, equal weights, with the `max_fails: 3` and `fail_timeout: 10000` of its example of a circuit breaker',
    create: kongRoundRobin,
  },
  {
    name: 'Kong, latency',
    // https://developer.konghq.com/ai-gateway/load-balancing/
    source:
      '`algorithm: lowest-latency` with the same circuit breaker (read as: a moving average of how long attempts took, the latest three tenths of it)',
    create: kongLowestLatency,
  },
  {
    name: 'Envoy',
    // https://gateway.envoyproxy.io/docs/tasks/traffic/failover/
    source:
      'backends by `priority`, here the cheapest first, retries at the next one, and passive health checks by Envoy’s defaults: five errors in a row, then 30 s away, longer each time',
    create: envoy,
  },
  {
    name: 'Vercel',
    // https://vercel.com/docs/ai-gateway/models-and-providers/provider-options
    source:
      'its default, by recent uptime and latency (read as: those that failed at most 5 % of the last five minutes’ attempts, the fastest first)',
    create: vercel,
  },
  {
    name: 'new-api',
    // https://github.com/QuantumNous/new-api, model/channel_cache.go
    source:
      'the highest `priority`, here the two cheapest, by weight, here 1/price; the next priority where that fails; a channel whose key is refused is switched off until somebody switches it on',
    create: newApi,
  },
  {
    name: 'LiteLLM',
    // https://docs.litellm.ai/docs/routing
    source:
      '`simple-shuffle` with its defaults: equal chances, 5 s of cooldown after more than 3 failures in a minute, after a 429 or a 401 at once',
    create: liteLlm,
  },
  {
    name: 'OpenRouter',
    // https://openrouter.ai/docs/features/provider-routing
    source:
      'its default: without those with an outage in the last 30 s (read as: most of its attempts failed), then by the inverse square of the price',
    create: openRouter,
  },
];
