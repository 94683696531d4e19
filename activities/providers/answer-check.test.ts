import { describe, expect, it } from 'vitest';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { checkingAnswer, fitOf } from './answer-check.js';

const SCHEMA: JsonObject = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** Takes twice as long for each step, and there are forty. */
function endless(): JsonObject {
  const step = (index: number): JsonObject => ({ $ref: `#/$defs/s${index + 1}` });
  const steps = Array.from({ length: 40 }, (_, index) => [`s${index}`, { allOf: [step(index), step(index)] }] as const);
  return { $ref: '#/$defs/s0', $defs: { ...Object.fromEntries(steps), s40: { type: 'object' } } };
}

describe('whether a text fits a schema', () => {
  it.each<readonly [string, JsonObject, ReturnType<typeof fitOf>]>([
    ['{"city":"Ulm"}', SCHEMA, 'fits'],
    ['{"city":7}', SCHEMA, 'misfits'],
    ['Here: {"city":"Ulm"}', SCHEMA, 'misfits'],
    ['', SCHEMA, 'misfits'],
    ['"a"', { type: 'string', format: 'made-up', brand_new: true }, 'fits'],
    ['1', { $ref: '#/$defs/nowhere' }, 'unchecked'],
    [`"${'a'.repeat(1024 * 1024)}"`, {}, 'unchecked'],
    [`"${'a'.repeat(40)}b"`, { type: 'string', pattern: '^(a+)+$' }, 'unchecked'],
    ['{}', endless(), 'unchecked'],
  ])('%s', (text, schema, expected) => {
    expect(fitOf(text, schema)).toBe(expected);
  });
});

describe('an answer whose form was not enforced', () => {
  const text = (choice: number, words: string): AnswerEvent => ({ type: 'text-delta', choice, block: 0, text: words });
  const finish = (choice: number, unified: 'stop' | 'length'): AnswerEvent => ({
    type: 'finish',
    choice,
    reason: { unified },
  });

  async function warned(...frames: readonly (readonly AnswerEvent[])[]) {
    async function* answer(): AsyncGenerator<Frame> {
      for (const events of frames) yield await Promise.resolve({ events });
    }
    const seen: Frame[] = [];
    for await (const frame of checkingAnswer(answer(), SCHEMA, 'openai-chat')) seen.push(frame);
    expect(seen.slice(0, frames.length)).toEqual(frames.map((events) => ({ events })));
    return seen.slice(frames.length).flatMap(({ events }) => events);
  }

  it('is told of where it does not fit', async () => {
    const misfit = { type: 'warning', warning: { type: 'changed', feature: 'response_format' } };
    expect(await warned([text(0, '{"city":')], [text(0, '"Ulm"}')], [finish(0, 'stop')])).toEqual([]);
    expect(await warned([text(0, '{"city":')], [text(0, '7}'), finish(0, 'stop')])).toMatchObject([misfit]);
    const second = [text(0, '{"city":"Ulm"}'), text(1, 'no'), finish(0, 'stop'), finish(1, 'stop')];
    expect(await warned(second)).toMatchObject([misfit]);
  });

  it('is not judged where it is not whole', async () => {
    expect(await warned([text(0, '{"city":'), finish(0, 'length')])).toEqual([]);
    expect(await warned([text(0, '{"city":')])).toEqual([]);
  });
});
