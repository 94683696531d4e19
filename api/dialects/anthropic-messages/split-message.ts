import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { asObject, asObjects, fieldsBesides } from './json-fields.js';

/** Fields of a message that a stream tells at its end. */
const ENDING = ['stop_reason', 'stop_sequence', 'stop_details', 'container'];

/** The events that would have streamed a plain message, in the documented order. */
export function splitMessage(message: JsonObject): readonly JsonObject[] {
  const { content, usage, context_management: management, ...rest } = message;
  const delta = Object.fromEntries(Object.entries(rest).filter(([name]) => ENDING.includes(name)));
  const start = {
    ...fieldsBesides(rest, ENDING),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...asObject(usage), output_tokens: 0 },
  };
  return [
    { type: 'message_start', message: start },
    ...asObjects(content).flatMap(splitBlock),
    {
      type: 'message_delta',
      delta,
      usage: usage ?? {},
      ...(management !== undefined && { context_management: management }),
    },
    { type: 'message_stop' },
  ];
}

function splitBlock(block: JsonObject, index: number): readonly JsonObject[] {
  const [start, deltas] = splitContent(block);
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function splitContent(block: JsonObject): readonly [start: JsonObject, deltas: readonly JsonObject[]] {
  const { type, text, citations, thinking, signature, input } = block;
  if (type === 'text') {
    const cited = asObjects(citations).map((citation) => ({ type: 'citations_delta', citation }));
    const start = { ...block, text: '', ...(citations != null && { citations: [] }) };
    return [start, [...cited, ...piece('text_delta', 'text', text)]];
  }
  if (type === 'thinking') {
    const start = { ...block, thinking: '', signature: '' };
    return [
      start,
      [...piece('thinking_delta', 'thinking', thinking), ...piece('signature_delta', 'signature', signature)],
    ];
  }
  if (asObject(input) === undefined) return [block, []];
  return [{ ...block, input: {} }, [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }]];
}

function piece(type: string, field: string, value: Json | undefined): readonly JsonObject[] {
  return value === undefined || value === null || value === '' ? [] : [{ type, [field]: value }];
}
