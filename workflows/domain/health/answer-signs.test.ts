import { describe, expect, it } from 'vitest';
import type { AnswerEvent, FinishReason } from '../../contracts/answer.js';
import type { OutputFormat } from '../../contracts/call.js';
import { createSignsReader } from './answer-signs.js';

const text = (words: string): AnswerEvent => ({ type: 'text-delta', choice: 0, block: 0, text: words });
const finish = (unified: FinishReason['unified']): AnswerEvent => ({ type: 'finish', choice: 0, reason: { unified } });
const called = (words: string, custom = false): readonly AnswerEvent[] => [
  { type: 'tool-call-start', choice: 0, block: 1, id: 'call_1', name: 'look', ...(custom && { custom }) },
  { type: 'tool-call-delta', choice: 0, block: 1, arguments: words },
];
const json: OutputFormat = { type: 'json-object' };
const schema: OutputFormat = {
  type: 'json-schema',
  name: 'answer',
  schema: { type: 'object', properties: { a: {} }, required: ['a'] },
};

function signsOf(events: readonly AnswerEvent[], format?: OutputFormat, hasContent = true) {
  const reader = createSignsReader(format);
  events.forEach(reader.read);
  return reader.signs(hasContent);
}

describe('signs of an answer', () => {
  it.each([
    ['stop', { refused: false, truncated: false, empty: false }],
    ['length', { refused: false, truncated: true, empty: false }],
    ['refusal', { refused: true, truncated: false, empty: false }],
    ['content-filter', { refused: true, truncated: false, empty: false }],
  ] as const)('are told by its end: %s', (reason, signs) => {
    expect(signsOf([text('Hi'), finish(reason)])).toEqual(signs);
  });

  it('are told of what is empty, and of a refusal in words', () => {
    expect(signsOf([finish('stop')], undefined, false).empty).toBe(true);
    expect(signsOf([{ type: 'refusal-delta', choice: 0, block: 0, text: 'No.' }, finish('stop')]).refused).toBe(true);
  });

  it.each([
    [json, '{"b": 1}', true],
    [json, '{"b": 1', false],
    [schema, '{"a": 1}', true],
    [schema, '{"b": 1}', false],
    [schema, '[1]', false],
    [{ type: 'text' } as const, 'words', undefined],
    [undefined, 'words', undefined],
  ])('are told of what is to be JSON: %j, %s', (format, words, valid) => {
    expect(signsOf([text(words.slice(0, 3)), text(words.slice(3)), finish('stop')], format).schemaValid).toBe(valid);
  });

  it.each([
    ['{"a": 1}', false, true],
    ['', false, true],
    ['{"a": ', false, false],
    ['"a"', false, false],
    ['free text', true, undefined],
  ])('are told of what tools are given: %s', (words, custom, valid) => {
    expect(signsOf([...called(words, custom), finish('tool-calls')]).toolCallsValid).toBe(valid);
  });

  it('are not told of what was cut off, nor of what is too long to look at', () => {
    expect(signsOf([text('{"a'), finish('length')], schema).schemaValid).toBeUndefined();
    expect(signsOf([text(' '.repeat(70_000)), finish('stop')], schema).schemaValid).toBeUndefined();
  });
});
