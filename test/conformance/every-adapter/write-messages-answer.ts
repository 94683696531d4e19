import type { JsonObject } from '../../../workflows/contracts/json.js';
import { TOKENS } from './canonical-answers.js';
import type { SpokenAnswer } from './canonical-answers.js';
import type { VendorEvent, VendorWriting } from './vendor-event.js';

const STOPS = {
  ...{ stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', filtered: 'refusal', refused: 'refusal' },
} as const;

interface Block {
  readonly whole: JsonObject;
  readonly opening: JsonObject;
  readonly deltas: readonly JsonObject[];
}

/** An answer of Anthropic's Messages, with the pings between. */
export function writeMessagesAnswer(answer: SpokenAnswer): VendorWriting {
  const blocks = blocksOf(answer);
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929' };
  const input = { input_tokens: TOKENS.input - TOKENS.cached, cache_read_input_tokens: TOKENS.cached };
  const thinking = answer.reasoning && { output_tokens_details: { thinking_tokens: TOKENS.reasoning } };
  const usage = { ...input, output_tokens: TOKENS.output, ...thinking };
  const stop = {
    ...{ stop_reason: STOPS[answer.end], stop_sequence: null },
    ...(answer.refusal && { stop_details: { type: 'refusal', explanation: answer.refusal.join('') } }),
  };
  const event = (data: JsonObject & { readonly type: string }): VendorEvent => ({ name: data.type, data });
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 2 } };
  return {
    plain: { ...head, content: blocks.map(({ whole }) => whole), ...stop, usage },
    events: [
      event({ type: 'message_start', message: start }),
      ...blocks.flatMap(({ opening, deltas }, index) => [
        event({ type: 'content_block_start', index, content_block: opening }),
        event({ type: 'ping' }),
        ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })),
        event({ type: 'content_block_stop', index }),
      ]),
      event({ type: 'message_delta', delta: stop, usage: { ...usage } }),
      { ...event({ type: 'message_stop' }), ends: true },
    ],
  };
}

function blocksOf({ reasoning, text, calls = [] }: SpokenAnswer): readonly Block[] {
  const signature = 'c2lnbmF0dXJl';
  return [
    ...(reasoning
      ? [
          {
            whole: { type: 'thinking', thinking: reasoning.join(''), signature },
            opening: { type: 'thinking', thinking: '', signature: '' },
            deltas: [
              ...reasoning.map((thinking) => ({ type: 'thinking_delta', thinking })),
              { type: 'signature_delta', signature },
            ],
          },
        ]
      : []),
    ...(text
      ? [
          {
            whole: { type: 'text', text: text.join('') },
            opening: { type: 'text', text: '' },
            deltas: text.map((piece) => ({ type: 'text_delta', text: piece })),
          },
        ]
      : []),
    ...calls.map(({ id, name, written }) => ({
      whole: { type: 'tool_use', id, name, input: JSON.parse(written.join('')) as JsonObject },
      opening: { type: 'tool_use', id, name, input: {} },
      deltas: ['', ...written].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    })),
  ];
}
