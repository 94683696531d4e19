import type { RateLimit, RateLimitStanding, RateLimitUnit, TakeResult } from '../contracts/rate-limits.js';
import type { GatewayRefusal } from '../contracts/reply.js';

type Headers = { readonly [name: string]: string };

/** After which a request that found too many under way may look again: nobody knows when one of them ends. */
const CONCURRENCY_WAIT_MS = 1_000;

/** OpenAI's headers: of requests and of tokens, the tightest limit a minute that applies. Names in lower case. */
export function rateLimitHeaders(standings: readonly RateLimitStanding[]): Headers {
  return { ...headersOf(standings, 'requests'), ...headersOf(standings, 'tokens') };
}

function headersOf(standings: readonly RateLimitStanding[], unit: RateLimitUnit): Headers {
  const [tightest] = standings
    .filter(({ limit }) => limit.unit === unit && limit.period === 'minute')
    .sort((left, right) => left.remaining - right.remaining || left.limit.amount - right.limit.amount);
  if (tightest === undefined) return {};
  return {
    [`x-ratelimit-limit-${unit}`]: String(tightest.limit.amount),
    [`x-ratelimit-remaining-${unit}`]: String(tightest.remaining),
    [`x-ratelimit-reset-${unit}`]: renderDuration(tightest.resetMs),
  };
}

/** As OpenAI writes times: `0s`, `20ms`, `8.64s`, `6m0s`, `23h59m8.64s`. */
export function renderDuration(ms: number): string {
  if (ms > 0 && ms < 1_000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${(ms % 60_000) / 1_000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

/** What a caller is told whose request does not fit: which limit it is, and when the request fits all of them. */
export function toRateLimitRefusal({ standings }: TakeResult): GatewayRefusal {
  const refusing = standings.filter(({ fits }) => !fits);
  const impossible = refusing.find(({ limit, needed }) => needed > limit.amount);
  const [longest] = [...refusing].sort((left, right) => waitOf(right) - waitOf(left));
  const told = impossible ?? longest;
  if (told === undefined) throw new Error('a take was refused by no limit');
  const { limit, needed, remaining } = told;
  const limitedBy = limit.unit === 'tokens' ? 'tokens' : 'requests';
  const subject = `the rate limit of ${limit.scope.type} ${limit.scope.id} on ${limit.model ?? 'all models'}`;
  if (impossible) {
    const advice = limit.unit === 'tokens' ? 'Send less at once, or set a lower cap on output tokens.' : 'Send less.';
    const message = `The request needs ${needed} and is larger than all of ${subject}: ${amountOf(limit)}. ${advice}`;
    return { code: 'request_exceeds_rate_limit', message, limitedBy };
  }
  const retryAfterMs = waitOf(told);
  const when = limit.period === undefined ? 'when one has ended' : `in ${renderDuration(retryAfterMs)}`;
  const message = `Reached ${subject}: ${amountOf(limit)}, ${remaining} left, ${needed} needed. Try again ${when}.`;
  return { code: 'rate_limit_exceeded', message, limitedBy, retryAfterMs };
}

function waitOf({ waitMs }: RateLimitStanding): number {
  return waitMs ?? CONCURRENCY_WAIT_MS;
}

function amountOf({ amount, unit, period }: RateLimit): string {
  return `${amount} ${unit.replaceAll('_', ' ')}${period === undefined ? '' : ` per ${period}`}`;
}
