import type { JsonObject } from '../../../workflows/contracts/json.js';

/** One item of a stream of the Responses API: the events between its beginning and its end, and all of it. */
interface Item {
  readonly opening: JsonObject;
  readonly inner: readonly JsonObject[];
  readonly whole: JsonObject;
}

const frame = { id: 'resp_1', object: 'response', created_at: 1_760_000_000, model: 'gpt-5' };

/** A whole stream of these items, each event with its number. */
export function responseOf(items: readonly Item[], usage: JsonObject, end: JsonObject = {}): readonly JsonObject[] {
  const { status = 'completed' } = end;
  const events = [
    { type: 'response.created', response: { ...frame, status: 'in_progress', output: [] } },
    ...items.flatMap(({ opening, inner, whole }, output_index) => [
      { type: 'response.output_item.added', output_index, item: opening },
      ...inner.map((event) => ({ ...event, output_index, item_id: opening['id'] })),
      { type: 'response.output_item.done', output_index, item: whole },
    ]),
    {
      type: `response.${String(status)}`,
      response: { ...frame, status, ...end, output: items.map(({ whole }) => whole), usage },
    },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

export const message = (kind: 'output_text' | 'refusal', ...pieces: readonly string[]): Item => {
  const opening = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const field = kind === 'refusal' ? 'refusal' : 'text';
  const text = pieces.join('');
  return {
    opening,
    inner: [
      ...pieces.map((delta) => ({ type: `response.${kind}.delta`, content_index: 0, delta })),
      { type: `response.${kind}.done`, content_index: 0, [field]: text },
    ],
    whole: { ...opening, status: 'completed', content: [{ type: kind, [field]: text }] },
  };
};

export const reasoning = (proof: string, ...pieces: readonly string[]): Item => {
  const opening = { id: 'rs_1', type: 'reasoning', summary: [] };
  return {
    opening,
    inner: pieces.map((delta) => ({ type: 'response.reasoning_summary_text.delta', summary_index: 0, delta })),
    whole: { ...opening, summary: [{ type: 'summary_text', text: pieces.join('') }], encrypted_content: proof },
  };
};

export const functionCall = (id: string, name: string, ...pieces: readonly string[]): Item => {
  const opening = { id: `fc_${id}`, type: 'function_call', call_id: id, name, arguments: '', status: 'in_progress' };
  const written = pieces.join('');
  return {
    opening,
    inner: [
      ...pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
      { type: 'response.function_call_arguments.done', arguments: written },
    ],
    whole: { ...opening, arguments: written, status: 'completed' },
  };
};
