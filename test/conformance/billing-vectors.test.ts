import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PriceList } from '../../workflows/contracts/offers.js';
import type { Unit, UnitCounts } from '../../workflows/contracts/usage.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import { offer } from '../../workflows/domain/test-values.js';

const FILE = resolve(import.meta.dirname, '../../../shared/recordings/supplement/billing-vectors.json');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no recordings at ${FILE}`);

interface Vector {
  readonly id: string;
  readonly rates_usd_per_mtok: Readonly<Record<string, string>>;
  readonly web_search_usd_per_1000?: string;
  readonly tier_multiplier?: string;
  readonly lines_micros: Readonly<Record<string, number>>;
  readonly total_micros: number;
  readonly counts?: Readonly<Record<string, number>>;
  readonly usage_message_start?: {
    readonly input_tokens: number;
    readonly cache_read_input_tokens: number;
    readonly cache_creation: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number };
  };
  readonly usage_message_delta?: { readonly output_tokens: number };
}

/** The vectors' names of prices and lines. */
const UNITS: Readonly<Record<string, Unit>> = {
  input: 'input',
  output: 'output',
  cache_read: 'input_cached_read',
  cache_5m: 'input_cache_write_5m',
  cache_write: 'input_cache_write_5m',
  cache_1h: 'input_cache_write_1h',
  web_search: 'searches',
};

const vectors = present
  ? (JSON.parse(readFileSync(FILE, 'utf8')) as { readonly vectors: readonly Vector[] }).vectors
  : [];

function unitsOf({ counts, usage_message_start: start, usage_message_delta: delta }: Vector): UnitCounts {
  if (start !== undefined) {
    return {
      input: start.input_tokens,
      input_cached_read: start.cache_read_input_tokens,
      // Only the beginning of a stream tells how long what was written is kept.
      input_cache_write_5m: start.cache_creation.ephemeral_5m_input_tokens,
      input_cache_write_1h: start.cache_creation.ephemeral_1h_input_tokens,
      output: delta?.output_tokens ?? 0,
    };
  }
  const { input_uncached = 0, cache_read = 0, cache_write = 0, output = 0, web_search_calls = 0 } = counts ?? {};
  return {
    input: input_uncached,
    input_cached_read: cache_read,
    input_cache_write_5m: cache_write,
    output,
    searches: web_search_calls,
  };
}

function pricesOf({
  rates_usd_per_mtok: rates,
  web_search_usd_per_1000: search,
  tier_multiplier: tier,
}: Vector): PriceList {
  // A tier's multiplier is a whole number of millionths, so that prices by the tier stay exact.
  const per = tier === '0.5' ? 2_000_000 : 1_000_000;
  return {
    ...Object.fromEntries(Object.entries(rates).map(([name, usd]) => [UNITS[name], { usd, per }])),
    ...(search !== undefined && { searches: { usd: search, per: 1_000 } }),
  };
}

const halfUp = (nano: bigint): number => Number((nano + 500n) / 1_000n);

describe.skipIf(!present)('recorded bills', () => {
  it('are of three requests at least', () => expect(vectors.length).toBeGreaterThanOrEqual(3));

  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s: each line and the sum', (_, vector) => {
    const [units, sold] = [unitsOf(vector), offer({ prices: pricesOf(vector) })];
    for (const [line, micros] of Object.entries(vector.lines_micros)) {
      const unit = UNITS[line] ?? 'input';
      expect([line, halfUp(priceOf({ [unit]: units[unit] ?? 0 }, sold))]).toEqual([line, micros]);
    }
    // Theirs is the sum of lines that are rounded to a millionth each; ours is rounded once.
    const rounding = Object.keys(vector.lines_micros).length / 2;
    expect(Math.abs(Number(priceOf(units, sold)) / 1_000 - vector.total_micros)).toBeLessThanOrEqual(rounding);
  });
});
