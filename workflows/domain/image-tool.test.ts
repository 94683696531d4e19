import { describe, expect, it } from 'vitest';
import type { ChatCall, ChatDialect } from '../contracts/call.js';
import type { JsonObject } from '../contracts/json.js';
import { withImageToolPrices } from './image-tool-prices.js';
import { imageToolDemand, nameImageModel, pictureNews } from './image-tool.js';
import { worstCase } from './pricing.js';
import { chatCall, demand, offer } from './test-values.js';

const definition: JsonObject = { type: 'image_generation', model: 'gpt-image-2', quality: 'high', size: '1024x1024' };

function callOf(tool: JsonObject, body: JsonObject = {}, dialect: ChatDialect = 'openai-responses'): ChatCall {
  const tools = [{ type: 'opaque', dialect, name: 'any', definition: tool } as const];
  return chatCall([], { source: { dialect, body }, tools });
}

describe('imageToolDemand', () => {
  it('is every use at its size and quality, with a prompt as long as it may be', () => {
    expect(imageToolDemand(callOf(definition), 2, 0)).toEqual({
      model: 'gpt-image-2',
      units: {
        image_tool_input: 64_000,
        image_tool_input_image: 2 * 7_079,
        image_tool_output: 2_048,
        image_tool_output_image: 2 * 7_024,
      },
    });
  });

  it.each<[string, JsonObject, number]>([
    ['partial pictures', { partial_images: 3 }, 7_324],
    ['several pictures a use', { n: 2 }, 2 * 7_024],
    ['numbers that are none', { n: 0.5, partial_images: -1 }, 7_024],
  ])('counts %s', (_, fields, tokens) => {
    const found = imageToolDemand(callOf({ ...definition, ...fields }), 1, 0);
    expect(found?.units.image_tool_output_image).toBe(tokens);
  });

  it('counts the pictures that it may read: given, masks, of earlier turns, and those that it has made itself', () => {
    const earlier = { type: 'image_generation_call', result: 'AA==' };
    const call = callOf(
      { ...definition, input_image_mask: { file_id: 'f' } },
      { input: [earlier, { type: 'message' }] },
    );
    expect(imageToolDemand(call, 1, 2)?.units.image_tool_input_image).toBe(4 * 7_079);
    expect(imageToolDemand(call, 2, 2)?.units.image_tool_input_image).toBe(2 * 5 * 7_079);
    expect(imageToolDemand(call, 2, 40)?.units.image_tool_input_image).toBe(2 * 16 * 7_079);
  });

  it('is a whole number, and far too large, where nothing limits the uses', () => {
    const units = imageToolDemand(callOf(definition), Number.MAX_SAFE_INTEGER, 0)?.units ?? {};
    expect(new Set(Object.values(units))).toEqual(new Set([Number.MAX_SAFE_INTEGER]));
  });

  it('is nothing without the tool, without a use of it, and in a dialect that has it not', () => {
    expect(imageToolDemand(callOf({ type: 'web_search' }), 2, 0)).toBeUndefined();
    expect(imageToolDemand(callOf(definition), 0, 0)).toBeUndefined();
    expect(imageToolDemand(callOf(definition, {}, 'openai-chat'), 2, 0)).toBeUndefined();
  });
});

describe('nameImageModel', () => {
  it('names one where none is, and leaves the rest as it is', () => {
    expect(nameImageModel({ type: 'image_generation', size: 'auto' })).toEqual({
      ...{ type: 'image_generation', size: 'auto' },
      model: 'gpt-image-2',
    });
    for (const tool of [definition, { type: 'web_search' }, 'text']) expect(nameImageModel(tool)).toBe(tool);
  });
});

describe('pictureNews', () => {
  it('tells a picture with what it was made by, and one that is not done', () => {
    const made = { type: 'image_generation_call', status: 'generating', result: 'AA==', quality: 'low', size: '1x1' };
    expect(pictureNews(made)).toEqual({ type: 'made', picture: { quality: 'low', size: '1x1' } });
    expect(pictureNews({ type: 'response.image_generation_call.partial_image' })).toEqual({ type: 'partial' });
  });

  it.each<[string, JsonObject | null]>([
    ['a call that failed', { type: 'image_generation_call', status: 'failed', result: null }],
    ['a call that brought nothing', { type: 'image_generation_call', result: '' }],
    ['another tool', { type: 'code_interpreter_call', result: 'AA==' }],
    ['nothing', null],
  ])('tells nothing of %s', (_, data) => {
    expect(pictureNews(data)).toBeUndefined();
  });
});

describe('withImageToolPrices', () => {
  const million = (usd: string) => ({ usd, per: 1_000_000 });
  const tool = {
    image_tool_input: million('5'),
    image_tool_input_image: million('8'),
    image_tool_output: million('30'),
    image_tool_output_image: million('30'),
  };
  const asked = imageToolDemand(callOf(definition), 1, 0);
  const long = { aboveInputTokens: 1, prices: { input: million('5'), output: million('20') } };
  const able = offer({ imageTool: { 'gpt-image-2': tool }, longContext: long });

  it('bounds what a call costs, in every step of the prices', () => {
    const cost = (costs: Parameters<typeof demand>[0]) =>
      worstCase(withImageToolPrices(able, costs?.imageTool), demand(costs), 10) ?? 0n;
    const of = { vendorSteps: 1, unboundedMedia: true };
    const pictures = 32_000n * 5_000n + (1_024n + 7_024n) * 30_000n;
    expect(cost({ ...of, imageTool: asked }) - cost(of)).toBe(pictures);
  });

  it('leaves the call without a bound where the model has no price', () => {
    const unknown = asked && { ...asked, model: 'toString' };
    expect(withImageToolPrices(able, unknown)).toBe(able);
    expect(worstCase(able, demand({ imageTool: unknown }), 10)).toBeUndefined();
  });

  it('lets a price of the offer itself stand, and what is free be free', () => {
    const own = offer({
      imageTool: able.imageTool,
      prices: { ...offer().prices, image_tool_output_image: million('1') },
    });
    expect(withImageToolPrices(own, asked).prices.image_tool_output_image).toEqual(million('1'));
    const free = offer({ imageTool: able.imageTool, prices: {} });
    expect(withImageToolPrices(free, asked)).toBe(free);
  });
});
