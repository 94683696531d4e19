import { describe, expect, it } from 'vitest';
import { isHeldOut, KINDS, readPrompts, toCall } from './prompt-set.js';

const prompts = readPrompts();

describe('the set of labelled prompts', () => {
  it('has at least 500 prompts, and no two with the same id or words', () => {
    expect(prompts.length).toBeGreaterThanOrEqual(500);
    expect(new Set(prompts.map(({ id }) => id)).size).toBe(prompts.length);
    expect(new Set(prompts.map(({ prompt }) => prompt.toLowerCase())).size).toBe(prompts.length);
  });

  it.each(KINDS)('has 60 or more of %s, of both tiers and all levels, in six languages', (kind) => {
    const own = prompts.filter((prompt) => prompt.kind === kind);
    expect(own.length).toBeGreaterThanOrEqual(60);
    expect(new Set(own.map(({ level, tier }) => `${level} ${tier}`))).toContain('hard strong');
    expect([...new Set(own.map(({ language }) => language))]).toEqual(
      expect.arrayContaining(['en', 'de', 'fr', 'es', 'zh', 'ja']),
    );
    expect(own.filter(({ level, tier }) => level === 'easy' && tier === 'strong')).toEqual([]);
  });

  it('holds back three in ten, which the fit never sees', () => {
    const held = prompts.filter(isHeldOut);
    expect(held.length / prompts.length).toBeGreaterThan(0.25);
    expect(held.length / prompts.length).toBeLessThan(0.35);
    for (const kind of KINDS) {
      const tiers = held.filter((prompt) => prompt.kind === kind).map(({ tier }) => tier);
      expect(new Set(tiers).size, kind).toBe(2);
    }
  });

  it('gives a request its images, tools, turns and document', () => {
    const call = toCall({
      ...{ id: 'x', kind: 'tools', level: 'easy', tier: 'cheap', language: 'en', prompt: 'Say it.' },
      ...{ images: 2, tools: ['say'], format: 'schema', turns: 3, document: { template: 'log', paragraphs: 2 } },
    });
    expect(call.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'user']);
    expect(call.messages.at(-1)?.content.map(({ type }) => type)).toEqual(['text', 'image', 'image']);
    expect(call.messages.at(-1)?.content[0]).toMatchObject({
      text: expect.stringMatching(/^Say it\.\n\n2025-.*\n2025-/),
    });
    expect(call.tools).toMatchObject([{ name: 'say' }]);
    expect(call.format).toMatchObject({ type: 'json-schema' });
  });
});
