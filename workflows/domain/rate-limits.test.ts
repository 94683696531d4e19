import { describe, expect, it } from 'vitest';
import type { RateLimit } from '../contracts/rate-limits.js';
import type { RequestInput } from '../contracts/requests.js';
import { estimateTokens, needsOf } from './rate-limits.js';
import { demand, offer } from './test-values.js';

const offers = [
  offer({ id: 'openai/gpt-x', aliases: ['gpt-x'], maxOutputTokens: 16_384 }),
  offer({ id: 'anthropic/claude-x', vendor: 'anthropic', aliases: [], maxOutputTokens: 500 }),
];

function limit(changes: Partial<RateLimit> = {}): RateLimit {
  return {
    id: 'limit_1',
    organizationId: 'org_1',
    scope: { type: 'organization', id: 'org_1' },
    unit: 'requests',
    period: 'minute',
    amount: 10,
    createdAt: '2026-11-01T00:00:00.000Z',
    ...changes,
  };
}

function request(changes: Partial<RequestInput> = {}): RequestInput {
  return {
    requestId: 'req_1',
    kind: 'chat',
    lane: 'interactive',
    organizationId: 'org_1',
    projectId: 'proj_1',
    keyId: 'key_1',
    holder: 'here',
    retention: 'interactive',
    keyed: false,
    stream: false,
    onDisconnect: 'cancel',
    models: ['gpt-x'],
    demand: demand(),
    deadlines: { firstTokenMs: 1, totalMs: 1, slowReaderMs: 1 },
    ...changes,
  };
}

const needed = (changes: Partial<RateLimit>, input: Partial<RequestInput> = {}) =>
  needsOf([limit(changes)], request(input), offers)[0]?.needed;

describe('the limits of a request', () => {
  it('count every offer of a model that is asked for, because each may be asked', () => {
    const served = offers.map((one) => ({ ...one, model: 'maker/m' }));
    const taken = (model: string) => needsOf([limit({ model })], request({ models: ['maker/m'] }), served);
    expect(['openai/*', 'anthropic/*', 'groq/*'].map((model) => taken(model).length)).toEqual([1, 1, 0]);
  });

  it.each([
    ['organization', 'org_1', 1],
    ['organization', 'org_2', undefined],
    ['project', 'proj_1', 1],
    ['project', 'proj_2', undefined],
    ['key', 'key_1', 1],
    ['key', 'proj_1', undefined],
  ] as const)('are those of its %s: %s', (type, id, expected) => {
    expect(needed({ scope: { type, id } })).toBe(expected);
  });

  it.each([
    ['openai/gpt-x', 1],
    ['openai/*', 1],
    ['*/gpt-x', 1],
    ['anthropic/*', undefined],
    // Offer ids, not what a caller may call them.
    ['gpt-x', undefined],
  ])('are those of the model that its alias stands for: %s', (model, expected) => {
    expect(needed({ model })).toBe(expected);
  });

  it('are those of its fallbacks too', () => {
    expect(needed({ model: 'anthropic/*' }, { models: ['gpt-x', 'claude-x'] })).toBe(1);
  });

  it('are all models’ where its model is unknown', () => {
    expect(needed({}, { models: ['nonsense'] })).toBe(1);
    expect(needed({ model: '*' }, { models: ['nonsense'] })).toBeUndefined();
  });
});

describe('what is needed', () => {
  it.each([
    ['the cap', { textBytes: 401, maxOutputTokens: 50 }, 101 + 50],
    ['the cap for each choice', { textBytes: 400, maxOutputTokens: 50, choices: 3 }, 100 + 150],
    ['1,024 without a cap', { textBytes: 400 }, 100 + 1_024],
    ['no text', { textBytes: 0, maxOutputTokens: 1 }, 1],
  ])('of tokens is the text at four bytes and %s', (_name, changes, expected) => {
    expect(estimateTokens(demand(changes), offers)).toBe(expected);
  });

  it('of tokens is no more than the model writes where there is no cap', () => {
    expect(needed({ unit: 'tokens', model: 'anthropic/*' }, { models: ['claude-x'] })).toBe(250 + 500);
  });

  it('of images is how many there are, and of none nothing', () => {
    expect(needed({ unit: 'images' }, { demand: demand({ images: 3 }) })).toBe(3);
    expect(needed({ unit: 'images' })).toBeUndefined();
  });

  it('of audio is a second where there is audio', () => {
    expect(needed({ unit: 'audio_seconds' }, { demand: demand({ needs: ['audio_input'] }) })).toBe(1);
    expect(needed({ unit: 'audio_seconds' })).toBeUndefined();
  });

  it('stays a number that Postgres can count with', () => {
    const enormous = demand({ maxOutputTokens: Number.MAX_SAFE_INTEGER, choices: 128 });
    expect(needed({ unit: 'tokens' }, { demand: enormous })).toBe(1_000_000_000_001);
  });
});
