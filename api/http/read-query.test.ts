import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readQuery } from './read-query.js';

const schema = z.strictObject({
  name: z.string().optional(),
  types: z.array(z.string()).optional(),
  groups: z.array(z.string()).default([]),
  time: z.strictObject({ gt: z.string().optional(), lt: z.string().optional() }).optional(),
});

describe('a query', () => {
  it.each([
    [{ 'types[]': ['a', 'b'] }, { types: ['a', 'b'] }],
    [{ 'types[]': 'a' }, { types: ['a'] }],
    [{ types: ['a', 'b'] }, { types: ['a', 'b'] }],
    [{ types: 'a', 'types[]': 'b' }, { types: ['a', 'b'] }],
    [{ groups: 'a' }, { groups: ['a'] }],
    [{ 'time[gt]': '1', 'time[lt]': '2' }, { time: { gt: '1', lt: '2' } }],
    [{}, {}],
  ])('%j is read in the form of its schema', (query, expected) => {
    expect(readQuery(schema, query)).toEqual(expected);
    expect(schema.safeParse(readQuery(schema, query)).success).toBe(true);
  });

  it.each([
    { 'name[]': 'a' },
    { 'other[]': 'a' },
    { 'types[x]': 'a' },
    { 'time[]': '1' },
    { time: '1' },
    { 'time[__proto__]': '1' },
    { 'time[gt][x]': '1' },
    { 'constructor[]': '1' },
    JSON.parse('{"__proto__": "1"}') as object,
  ])('%j keeps what the schema does not have, which is refused', (query) => {
    expect(schema.safeParse(readQuery(schema, query)).success).toBe(false);
    expect(({} as { gt?: string }).gt).toBeUndefined();
  });

  it('without a schema stays as it is', () => {
    const query = { a: '1' };
    expect(readQuery(undefined, query)).toBe(query);
  });
});
