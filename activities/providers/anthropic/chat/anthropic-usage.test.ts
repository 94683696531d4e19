import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { mergeUsage, toUsage } from './anthropic-usage.js';

const unitsOf = (raw: JsonObject, output = true) => toUsage(raw, { output })?.units;

describe('usage', () => {
  it.each<readonly [string, JsonObject, UnitCounts | undefined]>([
    ['of input and output', { input_tokens: 10, output_tokens: 5 }, { input: 10, output: 5 }],
    [
      'of a read cache',
      { input_tokens: 3, cache_read_input_tokens: 100, output_tokens: 5 },
      { input: 3, input_cached_read: 100, output: 5 },
    ],
    [
      'of a written cache, of five minutes by default',
      { input_tokens: 3, cache_creation_input_tokens: 50 },
      { input: 3, input_cache_write_5m: 50 },
    ],
    [
      'of caches by their lifetime',
      {
        cache_creation_input_tokens: 556,
        cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
      },
      { input_cache_write_5m: 456, input_cache_write_1h: 100 },
    ],
    [
      'of an hour’s cache that grew within the answer',
      {
        cache_creation_input_tokens: 200,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 100 },
      },
      { input_cache_write_5m: 0, input_cache_write_1h: 200 },
    ],
    [
      'of both caches that grew, by the cheaper lifetime',
      {
        cache_creation_input_tokens: 200,
        cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 100 },
      },
      { input_cache_write_5m: 100, input_cache_write_1h: 100 },
    ],
    [
      'of thinking',
      { output_tokens: 50, output_tokens_details: { thinking_tokens: 30 } },
      { output: 20, output_reasoning: 30 },
    ],
    [
      'of more thinking than output',
      { output_tokens: 5, output_tokens_details: { thinking_tokens: 30 } },
      { output: 0, output_reasoning: 5 },
    ],
    [
      'of searches',
      { input_tokens: 1, server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 } },
      { input: 1, searches: 2 },
    ],
    [
      'of a compaction, which the totals leave out',
      {
        input_tokens: 10,
        output_tokens: 5,
        iterations: [
          { type: 'message', input_tokens: 10, output_tokens: 5 },
          { type: 'compaction', input_tokens: 1000, output_tokens: 200 },
        ],
      },
      { input: 1010, output: 205 },
    ],
    ['of zeros, which were reported', { input_tokens: 0, output_tokens: 0 }, { input: 0, output: 0 }],
    ['of what is no count', { input_tokens: -1, output_tokens: 'many' }, undefined],
    ['of nothing', {}, undefined],
  ])('%s', (_name, raw, units) => {
    expect(unitsOf(raw)).toEqual(units);
  });

  it('counts no output before there is any', () => {
    expect(unitsOf({ input_tokens: 10, output_tokens: 1 }, false)).toEqual({ input: 10 });
  });

  it('keeps the vendor’s numbers, and nothing else', () => {
    const raw = {
      input_tokens: 1,
      service_tier: 'standard',
      inference_geo: null,
      cache_creation: { ephemeral_5m_input_tokens: 0, note: 'x' },
    };
    expect(toUsage(raw, { output: true })).toEqual({
      units: { input: 1, input_cache_write_5m: 0 },
      source: 'reported',
      raw: { input_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 0 } },
    });
  });

  it('of a stream keeps the split that only its beginning has', () => {
    const start = {
      input_tokens: 3,
      cache_creation_input_tokens: 556,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
      output_tokens: 1,
    };
    const end = {
      input_tokens: 3,
      cache_creation_input_tokens: 556,
      cache_read_input_tokens: 12,
      output_tokens: 40,
      service_tier: null,
    };
    expect(unitsOf(mergeUsage(start, end) ?? {})).toEqual({
      input: 3,
      input_cached_read: 12,
      input_cache_write_5m: 456,
      input_cache_write_1h: 100,
      output: 40,
    });
    expect(mergeUsage(start, undefined)).toBe(start);
  });
});
