import { describe, expect, it } from 'vitest';
import { reasoningFormat, reasoningVendor } from './reasoning-formats.js';

describe('the format of reasoning', () => {
  it.each(['anthropic', 'openai', 'google', 'deepseek'])('names %s there and back', (vendor) => {
    expect(reasoningVendor(reasoningFormat(vendor))).toBe(vendor);
  });

  it('is known in any version, and says nothing where it is unknown', () => {
    expect(reasoningVendor('anthropic-claude-v2')).toBe('anthropic');
    expect(reasoningVendor('unknown')).toBeUndefined();
    expect(reasoningVendor('')).toBeUndefined();
    expect(reasoningFormat('constructor')).toBe('constructor');
  });
});
