import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../workflows/contracts/call.js';
import { inCallersWords } from './callers-words.js';

describe('a warning in the caller’s words', () => {
  it.each<readonly [Dialect, string, string]>([
    ['openai-chat', 'response_format', 'response_format'],
    ['openai-responses', 'response_format', 'text.format'],
    ['openai-responses', 'messages[].content[].cache_control', 'input[].content[].cache_control'],
    ['openai-responses', 'messages[].tool_calls[].function.arguments', 'input[].function.arguments'],
    ['openai-responses', 'tools[].function.strict', 'tools[].strict'],
    ['openai-responses', 'store', 'store'],
    ['anthropic-messages', 'reasoning_effort', 'thinking'],
    ['anthropic-messages', 'messages[].name', 'messages[].name'],
    ['anthropic-messages', 'stop_other', 'stop_other'],
  ])('in %s: %s is %s', (dialect, feature, expected) => {
    const warning = { type: 'ignored', feature, detail: 'd' } as const;
    expect(inCallersWords([warning], dialect)).toEqual([{ ...warning, feature: expected }]);
  });
});
