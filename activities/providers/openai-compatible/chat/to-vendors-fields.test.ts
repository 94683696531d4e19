import { describe, expect, it } from 'vitest';
import { TEST_PROFILE } from './test-attempt.js';
import { toVendorsFields } from './to-vendors-fields.js';

const features = ({ warnings }: ReturnType<typeof toVendorsFields>) => warnings.map(({ feature }) => feature);

describe('a vendor that refuses what it does not know', () => {
  const strict = {
    ...TEST_PROFILE,
    renamedFields: { seed: 'random_seed' },
    knownFields: ['messages', 'random_seed', 'temperature'],
    knownMessageFields: ['role', 'content'],
  };

  it('gets what it knows under its own names, and what is lost is told', () => {
    const asked = { messages: [], seed: 0, temperature: 1, user: 'u', logit_bias: {}, model: 'm', max_tokens: 1 };
    const fitted = toVendorsFields(asked, strict);
    expect(fitted.body).toEqual({ messages: [], random_seed: 0, temperature: 1, model: 'm', max_tokens: 1 });
    expect(features(fitted)).toEqual(['user']);
  });

  it("is told of a lost field by the caller's name for it", () => {
    expect(features(toVendorsFields({ seed: 0 }, { ...strict, dropFields: ['random_seed'] }))).toEqual(['seed']);
  });

  it('gets messages in the fields that it knows, each loss told once', () => {
    const asked = { role: 'user', content: 'hi', name: 'ann' };
    const answered = { role: 'assistant', content: 'so', refusal: null, annotations: [], audio: null };
    const fitted = toVendorsFields({ messages: [asked, answered, asked] }, strict);
    const plain = { role: 'user', content: 'hi' };
    expect(fitted.body).toEqual({ messages: [plain, { role: 'assistant', content: 'so' }, plain] });
    expect(features(fitted)).toEqual(['messages[].name']);
  });

  it('gets an earlier refusal as what was said, because a message of nothing is none', () => {
    const refused = { role: 'assistant', content: null, refusal: 'No.' };
    const fitted = toVendorsFields({ messages: [refused, { ...refused, content: 'So.' }] }, strict);
    expect(fitted.body['messages']).toEqual([
      { role: 'assistant', content: 'No.' },
      { role: 'assistant', content: 'So.' },
    ]);
    expect(features(fitted)).toEqual(['messages[].refusal']);
  });
});

describe('the role `developer`', () => {
  const body = { messages: [{ role: 'developer', content: 'Be brief.' }, 'no message'] };

  it('is `system` to a vendor that does not know it', () => {
    const fitted = toVendorsFields(body, { ...TEST_PROFILE, knowsDeveloperRole: false });
    expect(fitted).toEqual({
      body: { messages: [{ role: 'system', content: 'Be brief.' }, 'no message'] },
      warnings: [],
    });
  });

  it('stays what it is to others', () => {
    expect(toVendorsFields(body, TEST_PROFILE).body).toEqual(body);
  });
});
