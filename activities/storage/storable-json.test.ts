import { describe, expect, it } from 'vitest';
import { storableJson, storableText } from './storable-json.js';

describe('text for Postgres', () => {
  it('keeps everything that Postgres can store', () => {
    const text = 'größe 🙂 \u0001 \uFFFF "quoted"';
    expect(storableText(text)).toBe(text);
  });

  it('has U+FFFD for NUL and for halves of surrogate pairs', () => {
    expect(storableText('a\0b\ud83dc\ude42')).toBe('a\uFFFDb\uFFFDc\uFFFD');
  });
});

it('JSON for Postgres is mended at any depth and the same otherwise', () => {
  const value = { models: ['a\0b', 'c'], nested: { text: '\ud83d', count: 1, none: null, yes: true } };
  expect(JSON.parse(storableJson(value))).toEqual({
    models: ['a\uFFFDb', 'c'],
    nested: { text: '\uFFFD', count: 1, none: null, yes: true },
  });
});
