import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { fromOpenAiChat } from './from-openai-chat.js';

const answer = (message: Json, choice: object = {}): Json => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1700000000,
  model: 'gpt-x',
  choices: [{ index: 0, finish_reason: 'stop', message, ...choice }],
});

const typesOf = (body: Json) => fromOpenAiChat(body).events.map(({ type }) => type);

describe('a whole answer', () => {
  it('is one frame with every event, and with the body as it came', () => {
    const body = answer({ role: 'assistant', content: 'Hi.', refusal: null, annotations: [] });
    expect(fromOpenAiChat(body)).toEqual({
      events: [
        { type: 'start', vendorId: 'chatcmpl-1', vendorModel: 'gpt-x', createdAtSeconds: 1700000000 },
        { type: 'text-delta', choice: 0, block: 0, text: 'Hi.' },
        { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'stop' } },
      ],
      wire: { dialect: 'openai-chat', streamed: false, body },
    });
  });

  it('may have every field written out, empty where it has no value, as at Snowflake', () => {
    const audio = { data: '', expires_at: 0, id: '', transcript: '' };
    const said = {
      role: 'assistant',
      content: '4',
      audio,
      annotations: null,
      function_call: { name: '', arguments: '' },
    };
    expect(typesOf(answer(said, { finish_reason: '' }))).toEqual(['start', 'text-delta', 'finish']);
    const call = {
      id: 'a',
      type: 'function',
      function: { name: 'f', arguments: '{}' },
      custom: { name: '', input: '' },
    };
    const [, start, written] = fromOpenAiChat(answer({ ...said, content: '', tool_calls: [call] })).events;
    expect(start).toEqual({ type: 'tool-call-start', choice: 0, block: 0, id: 'a', name: 'f' });
    expect(written).toMatchObject({ arguments: '{}' });
  });

  it('may call a function in the older form, and a free-text tool', () => {
    const legacy = fromOpenAiChat(answer({ function_call: { name: 'f', arguments: '{"a":1}' } })).events;
    expect(legacy).toMatchObject([{}, { type: 'tool-call-start', name: 'f' }, { arguments: '{"a":1}' }, {}]);
    const call = { id: 'a', type: 'custom', custom: { name: 'shell', input: 'ls' } };
    const custom = fromOpenAiChat(answer({ tool_calls: [call] })).events;
    expect(custom).toMatchObject([{}, { name: 'shell', custom: true }, { arguments: 'ls' }, {}]);
  });

  it.each<readonly [Json, string]>([
    ['text', 'bad_response'],
    [{}, 'bad_response'],
    [{ choices: [] }, 'bad_response'],
    [{ choices: [{ index: 0 }] }, 'bad_response'],
    [answer({ tool_calls: [{ id: 'a', function: { arguments: '{}' } }] }), 'bad_response'],
    [{ error: { message: 'm', code: 'insufficient_quota' } }, 'quota_exhausted'],
    [answer({ content: 'x' }, { finish_reason: 'error' }), 'vendor_error'],
  ])('is none: %j', (body, expected) => {
    let thrown: unknown;
    try {
      fromOpenAiChat(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProviderFailure);
    expect(thrown).toMatchObject({ failure: { class: expected } });
  });
});
