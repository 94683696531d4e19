import { describe, expect, it } from 'vitest';
import { countUsage } from './counted-usage.js';
import { requestOf } from './test-requests.js';

const { demand } = requestOf({ demand: { ...requestOf().demand, textBytes: 401 } });

describe('counted usage', () => {
  it('is four bytes a token, begun tokens included', () => {
    expect(countUsage(demand, {}, { outputBytes: 9, images: 0 }, undefined)).toEqual({
      units: { input: 101, output: 3 },
      source: 'counted',
    });
    expect(countUsage(demand, {}, { outputBytes: 8, images: 0 }, undefined).units.output).toBe(2);
    expect(countUsage(demand, {}, { outputBytes: 0, images: 0 }, undefined).units.output).toBe(0);
  });

  it('is the count of the model’s own tokenizer for the input, where there is one', () => {
    const counted = { ...demand, tokens: { o200k_base: { inputBound: 90, text: 80 } } };
    expect(countUsage(counted, { tokenizer: 'o200k_base' }, { outputBytes: 9, images: 0 }, undefined).units).toEqual({
      input: 80,
      output: 3,
    });
    expect(countUsage(counted, {}, { outputBytes: 9, images: 0 }, undefined).units).toEqual({ input: 101, output: 3 });
  });

  it('keeps what the vendor had reported of the input', () => {
    const usage = countUsage(
      demand,
      {},
      { outputBytes: 40, images: 0 },
      {
        units: { input: 7, input_cached_read: 90, output: 1 },
        source: 'reported',
      },
    );
    expect(usage).toEqual({ units: { input: 7, input_cached_read: 90, output: 10 }, source: 'counted' });
  });

  it('never counts less output than the vendor had reported', () => {
    expect(
      countUsage(demand, {}, { outputBytes: 8, images: 0 }, { units: { output: 50 }, source: 'reported' }).units,
    ).toEqual({
      input: 101,
      output: 50,
    });
  });

  it("carries the vendor's own usage along", () => {
    const raw = { input_tokens: 7 };
    expect(
      countUsage(demand, {}, { outputBytes: 0, images: 0 }, { units: { input: 7 }, source: 'reported', raw }),
    ).toMatchObject({ raw });
  });
});
