import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../workflows/contracts/json.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { fromOpenAiChatUsage } from './openai-chat-usage.js';

describe('usage in units that do not overlap', () => {
  it.each<readonly [string, Json, UnitCounts]>([
    ['totals alone', { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 }, { input: 10, output: 4 }],
    [
      'OpenAI with everything',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10, cache_write_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 8, accepted_prediction_tokens: 3 },
      },
      {
        input: 25,
        input_cached_read: 60,
        input_cache_write_5m: 5,
        input_audio: 10,
        output: 22,
        output_reasoning: 20,
        output_audio: 8,
      },
    ],
    [
      'reported zeros, which are not absent',
      { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, prompt_tokens_details: { cached_tokens: 0 } },
      { input: 1, input_cached_read: 0, output: 1 },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 8, prompt_cache_miss_tokens: 2 },
      { input: 2, input_cached_read: 8, output: 1 },
    ],
    [
      'Mistral',
      { prompt_tokens: 10, completion_tokens: 1, num_cached_tokens: 4 },
      { input: 6, input_cached_read: 4, output: 1 },
    ],
    [
      'Hugging Face',
      { prompt_tokens: 10, completion_tokens: 1, cached_tokens: 3 },
      { input: 7, input_cached_read: 3, output: 1 },
    ],
    [
      'xAI, whose completion excludes reasoning',
      {
        prompt_tokens: 12,
        completion_tokens: 2,
        total_tokens: 334,
        completion_tokens_details: { reasoning_tokens: 320 },
      },
      { input: 12, output: 2, output_reasoning: 320 },
    ],
    [
      'Gemini in this dialect, whose reasoning is in the total only',
      { prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 },
      { input: 35, output: 12, output_reasoning: 62 },
    ],
    [
      'OpenRouter with more reasoning than completion',
      {
        prompt_tokens: 43,
        completion_tokens: 10,
        total_tokens: 53,
        completion_tokens_details: { reasoning_tokens: 11 },
      },
      { input: 43, output: 0, output_reasoning: 11 },
    ],
    [
      'OpenRouter with searches',
      { prompt_tokens: 1, completion_tokens: 1, server_tool_use_details: { web_search_requests: 2 } },
      { input: 1, output: 1, searches: 2 },
    ],
    ['one total alone', { prompt_tokens: 5 }, { input: 5 }],
    [
      'odd numbers, which are not counts',
      { prompt_tokens: 5, completion_tokens: -1, prompt_tokens_details: { cached_tokens: 1.5 } },
      { input: 5 },
    ],
    [
      'details that are null',
      { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: null },
      { input: 5, output: 2 },
    ],
  ])('%s', (_name, usage, units) => {
    expect(fromOpenAiChatUsage(usage)).toMatchObject({ units, source: 'reported' });
    expect(Object.keys(fromOpenAiChatUsage(usage)?.units ?? {}).sort()).toEqual(Object.keys(units).sort());
  });

  it.each<Json | undefined>([undefined, null, {}, [], 'x', { prompt_tokens: '5' }])('%j reports nothing', (usage) => {
    expect(fromOpenAiChatUsage(usage)).toBeUndefined();
  });

  it('keeps the vendor’s numbers and no text', () => {
    const usage = { prompt_tokens: 1, cost: 0.5, note: 'secret', details: { a: 1, b: 'secret', c: ['secret'] } };
    expect(fromOpenAiChatUsage(usage)?.raw).toEqual({ prompt_tokens: 1, cost: 0.5, details: { a: 1 } });
  });
});
