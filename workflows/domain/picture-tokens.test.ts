import { describe, expect, it } from 'vitest';
import { pictureTokens } from './picture-tokens.js';

describe('tokens of a picture', () => {
  it.each([
    ['gpt-image-2', 'high', '1024x1024', 7_024],
    ['gpt-image-2', 'high', '1536x1024', 5_488],
    ['gpt-image-2', 'high', '1024x1536', 5_488],
    ['gpt-image-2', 'high', '1792x1024', 5_063],
    ['gpt-image-2-2026-04-21', 'high', '3584x2048', 12_329],
    ['gpt-image-2', 'medium', '1024x1024', 1_756],
    ['gpt-image-2.5-flare', 'low', '1024x1024', 196],
    ['gpt-image-2.5-flare-2026-09-08', 'medium', '1024x1024', 439],
    ['gpt-image-2.5-sunburst', 'high', '1024x1024', 1_756],
    ['gpt-image-2.5-sunburst', 'xhigh', '1024x1024', 3_122],
    ['gpt-image-2.5-sunburst', 'max', '1024x1024', 7_024],
    ['gpt-image-1.5', 'low', '1024x1024', 272],
    ['chatgpt-image-latest', 'medium', '1536x1024', 1_568],
    ['gpt-image-1', 'high', '1024x1536', 6_240],
    ['gpt-image-1-mini', 'high', '1024x1024', 4_500],
  ])('by %s in %s of %s are as published', (model, quality, size, tokens) => {
    expect(pictureTokens(model, { quality, size })).toBe(tokens);
  });

  it.each([
    ['gpt-image-2', {}, 23_719],
    ['gpt-image-2', { quality: 'auto', size: '1024x1024' }, 7_024],
    ['gpt-image-2', { quality: 'toString', size: '0x0x0' }, 23_719],
    ['gpt-image-2', { quality: 'low', size: 'auto' }, 659],
    ['gpt-image-1.5', { quality: 'medium', size: 'auto' }, 1_584],
    ['gpt-image-1.5', { quality: 'auto', size: '1024x1024' }, 4_160],
    ['gpt-image-1-mini', { quality: 'constructor', size: 'constructor' }, 6_500],
    ['gpt-image-3', { quality: 'low', size: '1024x1024' }, 7_024],
  ])('by %s of %j are the most that they can be, where something is not known', (model, picture, tokens) => {
    expect(pictureTokens(model, picture)).toBe(tokens);
  });
});
