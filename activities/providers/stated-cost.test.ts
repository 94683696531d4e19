import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { statedCost } from './stated-cost.js';

describe('what a vendor says that it charges', () => {
  it.each<readonly [string, JsonObject, string | undefined]>([
    ['OpenRouter', { cost: 0.00019325 }, '0.00019325'],
    ['OpenRouter, in few digits', { cost: 4e-5 }, '0.00004'],
    ['OpenRouter, in all of a double', { cost: 0.0076509169000000005 }, '0.0076509169000000005'],
    ['nothing, which is an answer', { cost: 0 }, '0'],
    ['whole dollars', { cost: 12 }, '12'],
    ['xAI', { cost_in_usd_ticks: 1176500 }, '0.00011765'],
    ['xAI, a dollar', { cost_in_usd_ticks: 10_000_000_000 }, '1'],
    ['Perplexity', { cost: { input_tokens_cost: 0.001, total_cost: 0.0062 } }, '0.0062'],
    ['nothing said', { prompt_tokens: 1 }, undefined],
    ['a text', { cost: '0.1' }, undefined],
    ['less than nothing', { cost: -1 }, undefined],
    ['half a tick', { cost_in_usd_ticks: 0.5 }, undefined],
    ['too much to be told exactly', { cost: 1e21 }, undefined],
    ['null', { cost: null, cost_in_usd_ticks: null }, undefined],
  ])('%s', (_, usage, usd) => {
    expect(statedCost(usage)).toBe(usd);
  });
});
