import { describe, expect, it } from 'vitest';
import type { ChatCall } from '../../contracts/call.js';
import type { TaskKind } from '../../contracts/estimates.js';
import { chatCall } from '../test-values.js';
import { estimateOf, estimateOfConversation } from './estimate.js';
import { FEATURES, featuresOf } from './features.js';
import { KINDS, WEIGHTS } from './weights.js';

const says = (text: string, changes: Partial<ChatCall> = {}): ChatCall => chatCall([{ type: 'text', text }], changes);
const image = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } } as const;
const tool = { type: 'function', name: 'get_weather', parameters: {} } as const;

describe('estimateOf', () => {
  it.each<readonly [TaskKind, ChatCall]>([
    ['chat', says('Hello! How are you?')],
    ['code', says('Write a TypeScript function that debounces another one.\n```ts\nconst f = () => {};\n```')],
    ['maths', says('Berechne das Integral von x^2 zwischen 0 und 3.')],
    ['summary', says(`Please summarise this text.\n\n${'The river rose by a metre overnight. '.repeat(200)}`)],
    [
      'extraction',
      says('Extrae el nombre y el correo en JSON: soy Eva, eva@example.com', { format: { type: 'json-object' } }),
    ],
    ['vision', chatCall([{ type: 'text', text: '图片里有什么？' }, image])],
    ['tools', says('What is the weather in Rome?', { tools: [tool] })],
    [
      'reasoning',
      says('If no A is a B and all C are A, is the conclusion valid that no C is B? Deduce it step by step.'),
    ],
  ])('takes for %s what is', (kind, call) => {
    expect(estimateOf(call).kind).toBe(kind);
  });

  it('finds a proof harder than a sum, in several languages', () => {
    const easy = ['What is 3 + 4?', 'Was ist 3 + 4?', '3 + 4 等于几？'].map(
      (text) => estimateOf(says(text)).difficulty,
    );
    const hard = [
      'Prove that every continuous function on a compact space attains its maximum, and justify every step.',
      'Beweise, dass jede stetige Funktion auf einem kompakten Raum ihr Maximum annimmt, und begründe jeden Schritt.',
      '证明紧空间上的连续函数必取到最大值，并说明每一步的理由。',
    ].map((text) => estimateOf(says(text)).difficulty);
    expect(Math.max(...easy)).toBeLessThan(0.4);
    expect(Math.min(...hard)).toBeGreaterThan(0.6);
  });

  it('gives names and numbers as its reasons, never what was said', () => {
    const { reasons, difficulty } = estimateOf(
      says('My secret is rosebud. Prove it to be prime and analyse every case.'),
    );
    expect(JSON.stringify(reasons)).not.toMatch(/secret|rosebud/);
    for (const { feature } of reasons) expect(FEATURES).toContain(feature);
    expect(reasons.filter(({ of }) => of === 'kind').length).toBeLessThanOrEqual(3);
    expect(Number.isInteger(Math.round(difficulty * 1e6) / 1e4)).toBe(true);
  });

  it('answers for a call without a word', () => {
    const empty = { ...chatCall([]), messages: [] };
    expect(estimateOf(empty).difficulty).toBeLessThan(0.5);
  });

  it('takes less than a millisecond for 100 kB, the middle value of many', () => {
    const call = says(`Summarise this.\n\n${'Die Katze saß auf der Matte; 12 { mice } ran_away(). '.repeat(2_000)}`);
    const times = Array.from({ length: 200 }, () => {
      const start = performance.now();
      estimateOf(call);
      return performance.now() - start;
    }).sort((left, right) => left - right);
    expect(times[100]).toBeLessThan(1);
  });
});

describe('estimateOfConversation', () => {
  const said = (role: 'user' | 'assistant', text: string) => ({ role, content: [{ type: 'text', text }] }) as const;
  const proof = said('user', 'Prove that there is no largest prime, and justify every step.');
  const talk = [proof, said('assistant', 'Suppose that there is one.'), said('user', 'Shorter, please.')];
  const conversation = { ...chatCall([]), messages: talk };

  it('is that of its first request where the last one is easier', () => {
    const first = estimateOf({ ...conversation, messages: [proof] });
    expect(estimateOfConversation(conversation)).toEqual(first);
    expect(estimateOf(conversation).difficulty).toBeLessThan(first.difficulty);
  });

  it('is that of its last request where that is harder, or the only one', () => {
    const harder = { ...conversation, messages: [said('user', 'Hello'), said('assistant', 'Hello!'), proof] };
    expect(estimateOfConversation(harder)).toEqual(estimateOf(harder));
    const only = says('What is 3 + 4?');
    expect(estimateOfConversation(only)).toEqual(estimateOf(only));
  });
});

describe('featuresOf', () => {
  it('keeps each feature between 0 and 1.5, however long the text', () => {
    for (const text of [
      '',
      'x',
      'a, b; c: '.repeat(50_000),
      '证明'.repeat(50_000),
      '```'.repeat(9_000),
      '$'.repeat(90_000),
    ]) {
      for (const [index, value] of featuresOf(says(text)).entries()) {
        expect(value, FEATURES[index]).toBeGreaterThanOrEqual(0);
        expect(value, FEATURES[index]).toBeLessThanOrEqual(1.5);
      }
    }
  });

  it('has a weight for each feature and kind', () => {
    expect(Object.keys(WEIGHTS)).toEqual(FEATURES);
    for (const name of FEATURES) expect(WEIGHTS[name].kinds).toHaveLength(KINDS.length);
  });

  it('reads the last thing that the user said, and not what a document between says', () => {
    const document = `Count the rows.\n\n${'Prove the theorem. '.repeat(300)}\n\nJust the number.`;
    const proof = FEATURES.indexOf('says_proof');
    expect(featuresOf(says(document))[proof]).toBe(0);
    expect(featuresOf(says('Prove the theorem.'))[proof]).toBeGreaterThan(0);
  });
});
