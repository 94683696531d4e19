import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { type Meter, meterFrame, NEW_METER } from './answer-meter.js';
import { finish, frameOf, reported, start, text } from './test-requests.js';

const metered = (...events: readonly AnswerEvent[]): Meter =>
  events.reduce((meter, event) => meterFrame(meter, frameOf(event)), NEW_METER);

describe('what an attempt has brought', () => {
  it('is the pictures that the vendor’s own tool made', () => {
    const opaque = (data: JsonObject): AnswerEvent => ({
      type: 'opaque',
      choice: 0,
      dialect: 'openai-responses',
      data,
    });
    const partial = opaque({ type: 'response.image_generation_call.partial_image' });
    const made = opaque({ type: 'image_generation_call', result: 'AA==', quality: 'low', size: '1024x1024' });
    expect(metered(partial)).toMatchObject({ hasContent: true, partialPictures: 1, pictures: [] });
    expect(metered(partial, made)).toMatchObject({
      ...{ outputBytes: 0, partialPictures: 1 },
      pictures: [{ quality: 'low', size: '1024x1024' }],
    });
  });

  it('is bytes, not characters, over every kind of content', () => {
    const events: readonly AnswerEvent[] = [
      text('größe'), // 7 bytes
      { type: 'refusal-delta', choice: 0, block: 0, text: 'no' },
      { type: 'reasoning-delta', choice: 0, block: 1, text: 'hmm' },
      { type: 'tool-call-start', choice: 0, block: 2, id: 'call-1', name: 'look' },
      { type: 'tool-call-delta', choice: 0, block: 2, arguments: '{"a":1}' },
      { type: 'opaque', choice: 0, dialect: 'openai-chat', data: { a: 1 } },
    ];
    expect(metered(...events).outputBytes).toBe(7 + 2 + 3 + 4 + 7 + 7);
  });

  it.each<[string, AnswerEvent, boolean]>([
    ['a start', start, false],
    ['an empty delta', text(''), false],
    ['a warning', { type: 'warning', warning: { type: 'ignored', feature: 'seed', detail: 'no' } }, false],
    ['usage', reported({ input: 3 }), false],
    ['a finish', finish(), false],
    ['text', text('a'), true],
    ['reasoning', { type: 'reasoning-delta', choice: 0, block: 0, text: 'a' }, true],
    ['a tool call without a name yet', { type: 'tool-call-start', choice: 0, block: 0, id: 'c', name: '' }, true],
  ])('is begun or not by %s', (_, event, isBegun) => {
    expect(metered(event).hasContent).toBe(isBegun);
  });

  it('stays begun after frames without content', () => {
    expect(metered(text('a'), finish(), reported({ output: 1 }))).toMatchObject({
      hasContent: true,
      finishedChoices: 1,
    });
  });

  it('merges usage that is reported in parts, the later report of a unit standing', () => {
    const meter = metered(reported({ input: 25, output: 1 }), text('abc'), reported({ output: 15, searches: 2 }));
    expect(meter.usage).toEqual({ units: { input: 25, output: 15, searches: 2 }, source: 'reported' });
  });

  it('has no usage where none was reported', () => {
    expect(metered(text('abc'), finish())).not.toHaveProperty('usage');
  });
});
