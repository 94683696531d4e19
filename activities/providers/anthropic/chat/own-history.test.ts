import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../workflows/contracts/json.js';
import { writeReasoningProof } from '../../../../workflows/domain/reasoning-proof.js';
import { withoutForeignHistory } from './own-history.js';
import { createWarnings } from '../../warnings.js';

const foreign = writeReasoningProof({ vendor: 'openai', id: 'rs_1', kind: 'signature', data: 'sealed' });
const TEXT = { type: 'text', text: 'a' };
const OWN = { type: 'thinking', thinking: 'hm', signature: 'sig' };
const USER = { role: 'user', content: 'Hi' };

function sent(messages: Json): { readonly messages: Json | undefined; readonly warned: number } {
  const warnings = createWarnings();
  return { messages: withoutForeignHistory(messages, warnings), warned: warnings.list().length };
}

describe('what another vendor said in this dialect', () => {
  it('is left out, and told of once', () => {
    const citation = { type: 'web_search_result_location', url: 'u', encrypted_index: '' };
    const own = { ...citation, encrypted_index: 'x' };
    const content = [
      OWN,
      { type: 'thinking', thinking: 'hm', signature: foreign },
      { type: 'redacted_thinking', data: foreign },
      { ...TEXT, citations: [citation, own] },
      { ...TEXT, citations: [citation] },
    ];
    expect(sent([USER, { role: 'assistant', content }])).toEqual({
      messages: [USER, { role: 'assistant', content: [OWN, { ...TEXT, citations: [own] }, TEXT] }],
      warned: 1,
    });
  });

  it('takes its message with it where it was all of it', () => {
    const content = [{ type: 'thinking', thinking: 'hm', signature: foreign }];
    expect(sent([USER, { role: 'assistant', content }, USER]).messages).toEqual([USER, USER]);
  });

  it('leaves every other message as the caller wrote it', () => {
    const messages = [USER, { role: 'assistant', content: [OWN, { ...TEXT, novelty: 1 }] }];
    const result = sent(messages);
    expect(result.messages).toBe(messages);
    expect(result.warned).toBe(0);
  });
});
