import { describe, expect, it } from 'vitest';
import type { ChatCall, Part } from '../contracts/call.js';
import { estimateInput } from './estimate-input.js';
import { offer } from './test-values.js';

const call = (...content: readonly Part[]): ChatCall => ({
  kind: 'chat',
  source: { dialect: 'anthropic-messages', body: {} },
  messages: [{ role: 'user', content }],
  tools: [],
  choices: 1,
  stream: false,
});
const text = (words: string): Part => ({ type: 'text', text: words });
const wide = { ...offer(), contextWindow: 100_000 };

describe('an estimate of input tokens', () => {
  it('is more than there are', () => {
    // 9 tokens in the vocabularies of both vendors.
    expect(estimateInput(call(text('The quick brown fox jumps over the lazy dog.')), wide)).toBeGreaterThan(9);
  });

  it('grows with text, images, files and tools', () => {
    const base = estimateInput(call(text('x')), wide);
    const image: Part = { type: 'image', source: { type: 'url', url: 'https://example.com' } };
    const file: Part = {
      type: 'file',
      source: { type: 'base64', mediaType: 'application/pdf', data: 'a'.repeat(1000) },
    };
    const within: Part = { type: 'tool-result', toolCallId: 'a', content: [file] };
    expect(estimateInput(call(text('x'.repeat(301))), wide)).toBe(base + 100);
    expect(estimateInput(call(text('x'), image), wide)).toBeGreaterThan(base);
    expect(estimateInput(call(text('x'), file), wide)).toBe(base + 100);
    expect(estimateInput(call(text('x'), within), wide)).toBe(base + 100);
    const tools = [{ type: 'function', name: 'f' }] as const;
    expect(estimateInput({ ...call(text('x')), tools }, wide)).toBeGreaterThan(base);
  });

  it('is never more than the model can take', () => {
    expect(estimateInput(call(text('x'.repeat(1000))), { ...wide, contextWindow: 50 })).toBe(50);
  });
});
