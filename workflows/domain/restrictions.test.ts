import { describe, expect, it } from 'vitest';
import { allowsEndpoint, allowsModel, changeRestrictions } from './restrictions.js';

describe('allowsModel', () => {
  it.each([
    ['openai/gpt-4o', true],
    ['openai/*', true],
    ['*', true],
    ['*/gpt-*', true],
    ['*4o', true],
    ['openai/gpt-4', false],
    ['openai/gpt-4o-*', false],
    ['anthropic/*', false],
    ['gpt-4o', false],
    ['openai/gpt-4o*4o', false],
    ['', false],
  ])('of openai/gpt-4o by %s', (pattern, allowed) => {
    expect(allowsModel([{ allowedModels: [pattern] }], 'openai/gpt-4o')).toBe(allowed);
    expect(allowsModel([{ deniedModels: [pattern] }], 'openai/gpt-4o')).toBe(!allowed);
  });

  it('is what every level allows and none denies', () => {
    const levels = [{ allowedModels: ['openai/*'] }, {}, { deniedModels: ['*-mini'] }];
    expect(allowsModel(levels, 'openai/gpt-4o')).toBe(true);
    expect(allowsModel(levels, 'openai/gpt-4o-mini')).toBe(false);
    expect(allowsModel(levels, 'anthropic/claude-x')).toBe(false);
    expect(allowsModel([{ allowedModels: ['a'], deniedModels: ['a'] }], 'a')).toBe(false);
    expect(allowsModel([{ allowedModels: [] }], 'a')).toBe(false);
    expect(allowsModel([], 'a')).toBe(true);
  });

  it('takes no longer for a pattern made of stars', () => {
    expect(allowsModel([{ allowedModels: [`${'*a'.repeat(100)}b`] }], 'a'.repeat(200))).toBe(false);
  });
});

describe('allowsEndpoint', () => {
  it('is what every level allows', () => {
    expect(allowsEndpoint([{}, { allowedEndpoints: ['chat', 'models'] }], 'chat')).toBe(true);
    expect(allowsEndpoint([{ allowedEndpoints: ['chat'] }, { allowedEndpoints: ['models'] }], 'chat')).toBe(false);
    expect(allowsEndpoint([], 'chat')).toBe(true);
  });
});

describe('changeRestrictions', () => {
  it('keeps what is left out, and takes away what is null', () => {
    const before = { allowedModels: ['a/*'], deniedModels: ['a/b'] };
    expect(changeRestrictions(before)).toEqual(before);
    expect(changeRestrictions(before, { deniedModels: null, allowedEndpoints: ['chat'] })).toEqual({
      ...{ allowedModels: ['a/*'], allowedEndpoints: ['chat'] },
    });
    expect(changeRestrictions(before, { allowedModels: ['c/d'], deniedModels: null })).toEqual({
      allowedModels: ['c/d'],
    });
  });
});
