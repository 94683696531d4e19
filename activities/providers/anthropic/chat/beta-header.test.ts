import { describe, expect, it } from 'vitest';
import { toBetaHeader } from './beta-header.js';
import { testAttempt } from './test-attempt.js';

const attempt = (beta: string | undefined, dialect: 'anthropic-messages' | 'openai-chat', contextWindow = 200_000) => {
  const { call, offer } = testAttempt({
    source: { dialect, body: {} },
    ...(beta !== undefined && { vendorHeaders: { 'anthropic-beta': beta } }),
  });
  return { call, offer: { ...offer, contextWindow } };
};

describe('beta features', () => {
  it('go on from a caller of this dialect, and from no other', () => {
    expect(toBetaHeader(attempt('a,b', 'anthropic-messages'))).toEqual({
      betas: ['a', 'b'],
      headers: { 'anthropic-beta': 'a,b' },
      warnings: [],
    });
    expect(toBetaHeader(attempt('a', 'openai-chat')).headers).toEqual({});
    expect(toBetaHeader(attempt(undefined, 'anthropic-messages')).headers).toEqual({});
  });

  it('widen no window beyond what the hold was reckoned with', () => {
    const wide = 'context-1m-2025-08-07,a';
    const narrow = toBetaHeader(attempt(wide, 'anthropic-messages'));
    expect([narrow.headers, narrow.warnings.length]).toEqual([{ 'anthropic-beta': 'a' }, 1]);
    expect(toBetaHeader(attempt(wide, 'anthropic-messages', 1_000_000))).toEqual({
      betas: wide.split(','),
      headers: { 'anthropic-beta': wide },
      warnings: [],
    });
  });
});
