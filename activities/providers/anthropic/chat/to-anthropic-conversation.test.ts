import { describe, expect, it } from 'vitest';
import type { Message, Part } from '../../../../workflows/contracts/call.js';
import { calls, HELLO, OPUS_47, result, say, text, translate } from './test-attempt.js';
import type { Block } from './wire.js';

/** A conversation in short: `user: hi`, `assistant: call(a)`, `user: result(a)`. */
function outline(messages: readonly Message[], model?: string): readonly string[] {
  const { body } = translate({ messages }, model);
  return body.messages.map(({ role, content }) => `${role}: ${content.map(blockOutline).join(', ')}`);
}

function blockOutline(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'tool_use':
      return `call(${block.id})`;
    case 'tool_result':
      return `result(${block.tool_use_id})`;
    default:
      return block.type;
  }
}

const warned = (messages: readonly Message[], model?: string) => translate({ messages }, model).warned;

describe('instructions', () => {
  it('of the system and the developer stand apart, in order', () => {
    const messages = [say('system', 'a'), say('developer', 'b'), HELLO];
    const { body, warned: none } = translate({ messages });
    expect(body.system).toEqual([text('a'), text('b')]);
    expect(body.messages).toEqual([HELLO]);
    expect(none).toEqual([]);
  });

  it('within the conversation move to its beginning, and the caller is told', () => {
    const messages = [HELLO, say('assistant', 'hello'), say('system', 'be brief'), say('user', 'go')];
    expect(translate({ messages }).body.system).toEqual([text('be brief')]);
    expect(outline(messages)).toEqual(['user: hi', 'assistant: hello', 'user: go']);
    expect(warned(messages)).toEqual(['changed messages']);
  });

  it('alone are sent as the user', () => {
    expect(outline([say('system', 'a')])).toEqual(['user: a']);
    expect(translate({ messages: [say('system', 'a')] }).body).not.toHaveProperty('system');
  });

  it('hold text only', () => {
    const image: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    expect(translate({ messages: [say('system', 'a', image), HELLO] })).toMatchObject({
      body: { system: [text('a')] },
      warned: ['ignored messages'],
    });
  });
});

describe('roles', () => {
  it.each<readonly [string, readonly Message[], readonly string[], readonly string[]]>([
    ['of the user in a row are joined', [HELLO, say('user', 'there')], ['user: hi, there'], []],
    [
      'of the assistant in a row are joined',
      [HELLO, say('assistant', 'a'), say('assistant', 'b'), HELLO],
      ['user: hi', 'assistant: a, b', 'user: hi'],
      [],
    ],
    [
      'begin with the user',
      [say('assistant', 'a'), HELLO],
      ['user: (start)', 'assistant: a', 'user: hi'],
      ['changed messages'],
    ],
    [
      'of messages that hold nothing are left out',
      [HELLO, say('assistant', ''), say('user', 'x'), say('user', ' \n')],
      ['user: hi, x'],
      ['changed messages'],
    ],
  ])('%s', (_name, messages, expected, warnings) => {
    expect(outline(messages)).toEqual(expected);
    expect(warned(messages)).toEqual(warnings);
  });

  it('of a message without anything to send are refused', () => {
    for (const messages of [[], [say('user')], [say('user', ''), say('assistant', ' ')]]) {
      expect(() => translate({ messages })).toThrow('invalid_request');
    }
  });

  it('take no names', () => {
    expect(translate({ messages: [{ ...HELLO, name: 'ann' }] })).toMatchObject({
      body: { messages: [HELLO] },
      warned: ['ignored messages[].name'],
    });
  });
});

describe('tool calls and results', () => {
  it('follow each other, the results before what the user says', () => {
    const messages = [
      HELLO,
      say('assistant', 'Let me see.', calls('a'), calls('b')),
      result('b', '2'),
      result('a', '1'),
      say('user', 'so?'),
    ];
    expect(outline(messages)).toEqual([
      'user: hi',
      'assistant: Let me see., call(a), call(b)',
      'user: result(a), result(b), so?',
    ]);
    expect(warned(messages).filter((warning) => !warning.endsWith('tools'))).toEqual([]);
  });

  it('have input and content', () => {
    const messages = [HELLO, say('assistant', calls('a', 'weather', '{"city":"Ulm"}')), result('a', '21')];
    expect(translate({ messages }).body.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Ulm' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [text('21')] }] },
    ]);
  });

  it.each<readonly [string, string, object, boolean]>([
    ['nothing', '', {}, false],
    ['no object', '[1]', { arguments: '[1]' }, true],
    ['no JSON', '{"city": "U', { arguments: '{"city": "U' }, true],
    ['too deep', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, {}, true],
  ])('with arguments that are %s are sent all the same', (_name, written, input, told) => {
    const { body, warned: warnings } = translate({
      messages: [HELLO, say('assistant', calls('a', 'f', written)), result('a', 'x')],
    });
    expect(body.messages[1]?.content[0]).toMatchObject({ input });
    expect(warnings.includes('changed messages[].tool_calls[].function.arguments')).toBe(told);
  });

  it('of free text are wrapped', () => {
    const call: Part = { type: 'tool-call', id: 'a', name: 'sh', arguments: 'ls', custom: true };
    const { body } = translate({ messages: [HELLO, say('assistant', call), result('a', 'x')] });
    expect(body.messages[1]?.content[0]).toMatchObject({ input: { input: 'ls' } });
  });

  it('without a result get one that says so', () => {
    const messages = [HELLO, say('assistant', calls('a'), calls('b')), result('a', '1')];
    expect(outline(messages)).toEqual(['user: hi', 'assistant: call(a), call(b)', 'user: result(a), result(b)']);
    expect(translate({ messages }).body.messages[2]?.content[1]).toMatchObject({ is_error: true });
    expect(outline([HELLO, say('assistant', calls('a'))]).at(-1)).toBe('user: result(a)');
    expect(warned(messages)).toContain('changed messages');
  });

  it('are told of errors', () => {
    const failed: Message = {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: 'a', content: [], isError: true }],
    };
    const { body } = translate({ messages: [HELLO, say('assistant', calls('a')), failed] });
    expect(body.messages[2]?.content).toEqual([{ type: 'tool_result', tool_use_id: 'a', is_error: true }]);
  });

  it('that come late move to where they belong', () => {
    const messages = [
      HELLO,
      say('assistant', calls('a')),
      say('user', 'wait'),
      say('assistant', 'ok'),
      result('a', '1'),
      say('user', 'now'),
    ];
    expect(outline(messages)).toEqual([
      'user: hi',
      'assistant: call(a)',
      'user: result(a), wait',
      'assistant: ok',
      'user: now',
    ]);
    expect(warned(messages)).toContain('changed messages');
  });

  it('without a call are what the user says', () => {
    expect(outline([HELLO, result('x', 'lost')])).toEqual(['user: hi, lost']);
    expect(warned([HELLO, result('x', 'lost')])).toEqual(['changed messages']);
  });

  it('have ids that Anthropic takes, each used once', () => {
    const messages = [
      HELLO,
      say('assistant', calls('call:1')),
      result('call:1', 'a'),
      say('assistant', calls('call:1'), calls('')),
      result('', 'c'),
      result('call:1', 'b'),
    ];
    expect(outline(messages)).toEqual([
      'user: hi',
      'assistant: call(call_x3a_1)',
      'user: result(call_x3a_1)',
      'assistant: call(call_x3a_1_2), call(call)',
      'user: result(call_x3a_1_2), result(call)',
    ]);
  });

  it('of the past bring their tools, where none are given', () => {
    const messages = [HELLO, say('assistant', calls('a', 'f'), calls('b', 'f')), result('a', 'x'), result('b', 'x')];
    expect(translate({ messages })).toMatchObject({
      body: { tools: [{ name: 'f', input_schema: { type: 'object' } }], tool_choice: { type: 'none' } },
      warned: ['changed tools'],
    });
  });
});

describe('a conversation that ends with the assistant', () => {
  const messages = [HELLO, say('assistant', 'Once upon ')];

  it('is continued by models that can, without white space at its end', () => {
    expect(outline(messages)).toEqual(['user: hi', 'assistant: Once upon']);
    expect(warned(messages)).toEqual(['changed messages']);
    expect(warned([HELLO, say('assistant', 'Once')])).toEqual([]);
  });

  it('is put to the user for models that cannot', () => {
    expect(outline(messages, OPUS_47)).toEqual(['user: hi', 'assistant: Once upon ', 'user: Continue.']);
    expect(warned(messages, OPUS_47)).toEqual(['changed messages']);
  });
});

describe('reasoning', () => {
  const thought: Part = { type: 'reasoning', text: 'hm', signature: 's==', vendor: 'anthropic' };
  const hidden: Part = { type: 'reasoning', text: 'blob==', redacted: true, vendor: 'anthropic' };

  it('of this vendor goes back byte for byte', () => {
    const { body, warned: none } = translate({ messages: [HELLO, say('assistant', thought, hidden, 'so'), HELLO] });
    expect(body.messages[1]?.content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 's==' },
      { type: 'redacted_thinking', data: 'blob==' },
      text('so'),
    ]);
    expect(none).toEqual([]);
  });

  it.each<readonly [string, Part]>([
    ['of another vendor', { type: 'reasoning', text: 'hm', signature: 's', vendor: 'openai' }],
    ['of an unknown vendor', { type: 'reasoning', text: 'hm', signature: 's' }],
    ['without its proof', { type: 'reasoning', text: 'hm', vendor: 'anthropic' }],
  ])('%s is left out', (_name, part) => {
    expect(outline([HELLO, say('assistant', part, 'so'), HELLO])).toEqual(['user: hi', 'assistant: so', 'user: hi']);
    expect(warned([HELLO, say('assistant', part, 'so'), HELLO])).toEqual(['ignored messages[].reasoning_details']);
  });

  it('at the end of a message is left out', () => {
    expect(outline([HELLO, say('assistant', 'so', thought), HELLO])).toEqual(['user: hi', 'assistant: so', 'user: hi']);
    expect(outline([HELLO, say('assistant', thought), say('user', 'x')])).toEqual(['user: hi, x']);
  });
});

describe('marks of what is to be cached', () => {
  const mark = { 'openai-chat': { cache_control: { type: 'ephemeral' } } };

  it('stay on their part, and on the last part of their message', () => {
    const marked: Part = { type: 'text', text: 'a', extras: mark };
    const { body, warned: none } = translate({
      messages: [{ role: 'system', content: [text('x'), text('y')], extras: mark }, say('user', marked, 'b')],
    });
    expect(body.system).toEqual([text('x'), { ...text('y'), cache_control: { type: 'ephemeral' } }]);
    expect(body.messages[0]?.content).toEqual([{ ...text('a'), cache_control: { type: 'ephemeral' } }, text('b')]);
    expect(none).toEqual([]);
  });

  it('are the only unknown field that is sent', () => {
    const part: Part = { type: 'text', text: 'a', extras: { 'openai-chat': { mood: 'good', nothing: null } } };
    expect(translate({ messages: [say('user', part)] })).toMatchObject({
      body: { messages: [{ content: [text('a')] }] },
      warned: ['ignored messages[].content[].mood'],
    });
  });
});
