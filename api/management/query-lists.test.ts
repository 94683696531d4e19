import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withLists } from './query-lists.js';

const schema = z.strictObject({
  name: z.string().optional(),
  models: z.array(z.string()).max(3).optional(),
  groups: z.array(z.string()).default([]),
});

describe('the lists of a query', () => {
  it.each([
    [{ 'models[]': ['a', 'b'] }, { models: ['a', 'b'] }],
    [{ 'models[]': 'a' }, { models: ['a'] }],
    [{ models: ['a', 'b'] }, { models: ['a', 'b'] }],
    [{ models: 'a', 'models[]': 'b' }, { models: ['a', 'b'] }],
    [{ groups: 'a' }, { groups: ['a'] }],
    [{}, {}],
  ])('are read from %j', (query, expected) => {
    expect(withLists(schema, query)).toEqual(expected);
  });

  it('are those of the schema: everything else stays as it was sent', () => {
    const query = { name: ['a', 'b'], 'name[]': 'c', 'other[]': 'd' };
    expect(withLists(schema, query)).toEqual(query);
    expect(withLists(undefined, query)).toBe(query);
  });
});
