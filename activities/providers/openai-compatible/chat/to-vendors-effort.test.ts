import { describe, expect, it } from 'vitest';
import { TEST_PROFILE, testAttempt } from './test-attempt.js';
import { toOpenAiChat } from './to-openai-chat.js';
import { toVendorsEffort } from './to-vendors-effort.js';

const FEW = { ...TEST_PROFILE, reasoningEfforts: ['none', 'high'] };

describe('an effort to reason', () => {
  it.each([
    ['none', 'none', []],
    ['minimal', 'none', ['changed reasoning_effort']],
    ['low', 'high', ['changed reasoning_effort']],
    ['medium', 'high', ['changed reasoning_effort']],
    ['high', 'high', []],
    ['xhigh', 'high', ['changed reasoning_effort']],
    ['as-you-like', 'as-you-like', []],
  ])('that a vendor does not take becomes the nearest: %s, %s', (asked, sent, warned) => {
    const { body, warnings } = toVendorsEffort({ reasoning_effort: asked, seed: 1 }, FEW);
    expect(body).toEqual({ reasoning_effort: sent, seed: 1 });
    expect(warnings.map(({ type, feature }) => `${type} ${feature}`)).toEqual(warned);
  });

  it('stays as it is where all are taken, and where none was asked for', () => {
    const asked = { reasoning_effort: 'low' };
    expect(toVendorsEffort(asked, TEST_PROFILE)).toEqual({ body: asked, warnings: [] });
    expect(toVendorsEffort({ reasoning_effort: null }, FEW).body).toEqual({ reasoning_effort: null });
  });

  it("is told of in the caller's words", () => {
    const source = { dialect: 'anthropic-messages', body: {} } as const;
    const { body, warnings } = toOpenAiChat(testAttempt({ source, reasoningEffort: 'medium' }), FEW);
    expect(body['reasoning_effort']).toBe('high');
    expect(warnings.map(({ feature }) => feature)).toEqual(['thinking']);
  });
});
