import { describe, expect, it } from 'vitest';
import type { RateLimit, RateLimitStanding } from '../contracts/rate-limits.js';
import { rateLimitHeaders, renderDuration, toRateLimitRefusal } from './rate-limit-answers.js';

function standing(
  limit: Partial<Omit<RateLimit, 'period'>> & { readonly period?: RateLimit['period'] | null } = {},
  changes: Partial<RateLimitStanding> = {},
): RateLimitStanding {
  const { period = 'minute', ...rest } = limit;
  return {
    limit: {
      id: 'limit_1',
      organizationId: 'org_1',
      scope: { type: 'project', id: 'proj_1' },
      unit: 'requests',
      amount: 10,
      createdAt: '2026-11-01T00:00:00.000Z',
      ...(period && { period }),
      ...rest,
    },
    needed: 1,
    remaining: 4,
    resetMs: 36_000,
    fits: true,
    ...changes,
  };
}

it.each([
  [0, '0s'],
  [20, '20ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [8_640, '8.64s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [61_500, '1m1.5s'],
  [3_600_000, '1h0m0s'],
  [86_399_001, '23h59m59.001s'],
])('%d ms are written %s', (ms, text) => {
  expect(renderDuration(ms)).toBe(text);
});

describe('headers', () => {
  it('are of the tightest limit a minute, of requests and of tokens', () => {
    const standings = [
      standing({ amount: 100 }, { remaining: 5 }),
      standing({ amount: 10 }, { remaining: 4 }),
      standing({ amount: 1, period: 'day' }, { remaining: 0 }),
      standing({ unit: 'tokens', amount: 9_000 }, { remaining: 0, resetMs: 20 }),
      standing({ unit: 'concurrent_requests', period: null, amount: 1 }, { remaining: 0 }),
    ];
    expect(rateLimitHeaders(standings)).toEqual({
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '4',
      'x-ratelimit-reset-requests': '36s',
      'x-ratelimit-limit-tokens': '9000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '20ms',
    });
  });

  it('are none where no limit is one a minute', () => {
    expect(rateLimitHeaders([standing({ period: 'day' })])).toEqual({});
  });
});

describe('a refusal', () => {
  const refuse = (...standings: RateLimitStanding[]) => toRateLimitRefusal({ status: 'refused', standings });

  it('names the limit that takes longest, and when the request fits', () => {
    const fits = standing({ amount: 99 });
    const soon = standing({}, { fits: false, remaining: 0, waitMs: 6_000 });
    const late = standing(
      { unit: 'tokens', amount: 1_000, model: 'openai/*' },
      { fits: false, needed: 700, remaining: 300, waitMs: 24_000 },
    );
    expect(refuse(fits, soon, late)).toEqual({
      code: 'rate_limit_exceeded',
      message:
        'Reached the rate limit of project proj_1 on openai/*: 1000 tokens per minute, 300 left, 700 needed. Try again in 24s.',
      limitedBy: 'tokens',
      retryAfterMs: 24_000,
    });
    expect(refuse(fits, soon)).toMatchObject({ limitedBy: 'requests', retryAfterMs: 6_000 });
  });

  it('of too many at once is for a second', () => {
    const full = standing({ unit: 'concurrent_requests', period: null, amount: 2 }, { fits: false, remaining: 0 });
    expect(refuse(full)).toEqual({
      code: 'rate_limit_exceeded',
      message:
        'Reached the rate limit of project proj_1 on all models: 2 concurrent requests, 0 left, 1 needed. Try again when one has ended.',
      limitedBy: 'requests',
      retryAfterMs: 1_000,
    });
  });

  it('of a request larger than a whole limit asks for no other try, whatever else it has to wait for', () => {
    const soon = standing({}, { fits: false, remaining: 0, waitMs: 6_000 });
    const never = standing({ unit: 'tokens', amount: 1_000 }, { fits: false, needed: 1_001, remaining: 1_000 });
    const refusal = refuse(soon, never);
    expect(refusal).toMatchObject({ code: 'request_exceeds_rate_limit', limitedBy: 'tokens' });
    expect(refusal.message).toContain('needs 1001 and is larger than all of the rate limit of project proj_1');
    expect(refusal).not.toHaveProperty('retryAfterMs');
  });
});
