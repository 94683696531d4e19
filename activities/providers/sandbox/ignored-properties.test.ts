import { describe, expect, it } from 'vitest';
import type { ChatCall, ChatDialect } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { ignoredProperties } from './ignored-properties.js';

function ignored(dialect: ChatDialect, body: JsonObject): readonly string[] {
  const call: ChatCall = {
    ...{ kind: 'chat', source: { dialect, body }, messages: [], tools: [], choices: 1, stream: false },
  };
  return ignoredProperties(call).map(({ feature }) => feature);
}

describe('what the sandbox ignores', () => {
  it('is told in the words of the caller’s dialect', () => {
    expect(ignored('openai-chat', { model: 'm', seed: 1, system: 'x' })).toEqual(['seed', 'system']);
    expect(ignored('anthropic-messages', { model: 'm', system: 'x', thinking: {}, top_k: 1 })).toEqual([
      'thinking',
      'top_k',
    ]);
  });

  it('is nothing where no more is asked for than is done anyway', () => {
    expect(ignored('anthropic-messages', { temperature: 1, service_tier: 'auto', metadata: {} })).toEqual([]);
  });
});
