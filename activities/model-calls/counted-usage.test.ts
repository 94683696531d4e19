import { describe, expect, it } from 'vitest';
import { contentBytes, countUsage, isContent, withPictures } from './counted-usage.js';
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

describe('pictures of the vendor’s own tool', () => {
  const asked = { ...demand, imageTool: { model: 'gpt-image-2', units: {} } };
  const low = { quality: 'low', size: '1024x1024' };
  const reported = { units: { input: 7, output: 3 }, source: 'reported' } as const;

  it('are counted by size and quality where the vendor reported nothing of them, partial ones at 100', () => {
    const usage = withPictures(reported, asked, { pictures: [low, { ...low, quality: 'high' }], partialPictures: 2 });
    expect(usage).toEqual({
      units: { input: 7, output: 3, images: 2, image_tool_output_image: 196 + 7_024 + 200 },
      source: 'counted',
    });
  });

  it('are what the vendor reported where it did', () => {
    const units = { ...reported.units, image_tool_output_image: 900 };
    const usage = withPictures({ ...reported, units }, asked, { pictures: [low], partialPictures: 1 });
    expect(usage).toEqual({ units: { ...units, images: 1 }, source: 'reported' });
  });

  it('change nothing where there are none, or none were asked for', () => {
    expect(withPictures(reported, asked, { pictures: [], partialPictures: 0 })).toBe(reported);
    expect(withPictures(reported, demand, { pictures: [low], partialPictures: 0 })).toBe(reported);
  });

  it('are content without bytes', () => {
    const data = { type: 'image_generation_call', result: 'AA==' };
    const event = { type: 'opaque', choice: 0, dialect: 'openai-responses', data } as const;
    expect([contentBytes(event), isContent(event)]).toEqual([0, true]);
  });
});
