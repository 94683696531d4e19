import { describe, expect, it } from 'vitest';
import { nearestModels, resolveModel } from './models.js';
import { offer } from './test-values.js';

const named = (id: string, ...aliases: string[]) => offer({ id, vendor: id.split('/')[0] ?? '', aliases });
const offers = [
  named('sandbox/echo'),
  named('openai/gpt-4o', 'gpt-4o', 'gpt-4o-2024-08-06'),
  named('openai/gpt-4o-mini', 'gpt-4o-mini'),
  named('openai/o3', 'o3'),
  named('anthropic/claude-haiku-4-5', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001'),
  named('anthropic/claude-opus-5', 'claude-opus-5'),
  named('other/gpt-4o', 'gpt-4o'),
];

describe('resolveModel', () => {
  it.each([
    ['openai/gpt-4o', 'openai/gpt-4o'],
    ['other/gpt-4o', 'other/gpt-4o'],
    ['gpt-4o', 'openai/gpt-4o'],
    ['gpt-4o-2024-08-06', 'openai/gpt-4o'],
    ['openai/gpt-4o-2024-08-06', 'openai/gpt-4o'],
    ['claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5'],
    ['anthropic/claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5'],
    ['GPT-4o', 'openai/gpt-4o'],
    ['Sandbox/Echo', 'sandbox/echo'],
    ['echo', 'sandbox/echo'],
  ])('%s is %s', (name, id) => {
    expect(resolveModel(name, offers)?.id).toBe(id);
  });

  it.each(['', '/', 'gpt-4', 'openai/claude-opus-5', 'anthropic/gpt-4o', ' gpt-4o', '__proto__'])(
    '%j is nobody',
    (name) => {
      expect(resolveModel(name, offers)).toBeUndefined();
    },
  );

  it('prefers the letters as written', () => {
    expect(resolveModel('a/M', [named('a/m'), named('a/M')])?.id).toBe('a/M');
    expect(resolveModel('M', [named('a/m', 'm'), named('b/x', 'M')])?.id).toBe('b/x');
  });

  it('prefers an id to an alias, and an alias to a bare name', () => {
    expect(resolveModel('a/m', [named('b/x', 'a/m'), named('a/m')])?.id).toBe('a/m');
    expect(resolveModel('m', [named('a/m'), named('b/x', 'm')])?.id).toBe('b/x');
  });
});

describe('nearestModels', () => {
  it.each([
    ['gpt-4o-mni', 'openai/gpt-4o-mini'],
    ['claude-haiku-4.5', 'anthropic/claude-haiku-4-5'],
    ['anthropic/claude-haiku-45', 'anthropic/claude-haiku-4-5'],
    ['CLAUDE-OPUS-5.0', 'anthropic/claude-opus-5'],
    ['azure/gpt-4o-mini', 'openai/gpt-4o-mini'],
    ['claude-haiku-4-5-20251002', 'anthropic/claude-haiku-4-5'],
    ['sandbox/ecko', 'sandbox/echo'],
  ])('%s is like %s', (name, id) => {
    expect(nearestModels(name, offers)).toHaveLength(3);
    expect(nearestModels(name, offers)[0]).toBe(id);
  });

  it('gives as many as there are, and as many as asked for', () => {
    expect(nearestModels('x', [])).toEqual([]);
    expect(nearestModels('o3', offers, 1)).toEqual(['openai/o3']);
    expect(nearestModels('', offers, 20)).toHaveLength(offers.length);
  });

  it('is quick with a name of a megabyte', () => {
    const startedAt = performance.now();
    expect(nearestModels('gpt'.repeat(350_000), offers)).toHaveLength(3);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
