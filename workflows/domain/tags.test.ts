import { describe, expect, it } from 'vitest';
import type { ChatDialect } from '../contracts/call.js';
import type { Json } from '../contracts/json.js';
import { tagsOf } from './tags.js';

const from = (metadata: Json, dialect: ChatDialect = 'openai-chat') =>
  tagsOf({ source: { dialect, body: { metadata } } });

describe('the tags of a request', () => {
  it('are the metadata of OpenAI’s dialects', () => {
    expect(from({ team: 'search', feature: '' })).toEqual({ team: 'search', feature: '' });
    expect(from({ team: 'search' }, 'openai-responses')).toEqual({ team: 'search' });
  });

  it('are not what identifies an end user', () => {
    expect(from({ user_id: 'somebody' }, 'anthropic-messages')).toBeUndefined();
  });

  it.each<[string, Json]>([
    ['none', null],
    ['an empty object', {}],
    ['a text', 'team'],
    ['a number for a value', { team: 1 }],
    ['a name that is too long', { ['n'.repeat(65)]: 'x' }],
    ['a value that is too long', { team: 'x'.repeat(513) }],
  ])('are none where metadata is %s', (_case, metadata) => {
    expect(from(metadata)).toBeUndefined();
  });

  it('are none without metadata', () => {
    expect(tagsOf({ source: { dialect: 'openai-chat', body: {} } })).toBeUndefined();
  });

  it('are 16 at the most', () => {
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`tag${index}`, '']));
    expect(Object.keys(from(many) ?? {})).toHaveLength(16);
  });
});
