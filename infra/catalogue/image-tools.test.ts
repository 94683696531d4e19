import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './load-catalogue.js';

const { offers, warnings } = loadCatalogue({ vendors: ['openai', 'azure'] });

describe('the tool that makes pictures', () => {
  it('has the prices of the media offers of its vendor, in units of its own', () => {
    expect(warnings).toEqual([]);
    const { imageTool } = offers.find(({ id }) => id === 'openai/gpt-5.4')!;
    const million = (usd: string) => ({ usd, per: 1_000_000 });
    expect(imageTool?.['gpt-image-2']).toEqual({
      image_tool_input: million('5'),
      image_tool_input_image: million('8'),
      image_tool_output: million('30'),
      image_tool_output_image: million('30'),
    });
    expect(imageTool?.['gpt-image-1.5']?.image_tool_output).toEqual(million('10'));
    expect(Object.keys(imageTool ?? {}).filter((model) => !model.includes('image'))).toEqual([]);
  });

  it('is one list, which all offers of its vendor with tools share, and no other', () => {
    const able = offers.filter(({ imageTool }) => imageTool !== undefined);
    expect(new Set(able.map(({ imageTool }) => imageTool)).size).toBe(1);
    const expected = offers.filter(({ vendor, capabilities }) => vendor === 'openai' && capabilities.includes('tools'));
    expect(able.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  });
});
