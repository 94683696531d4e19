import type { JsonObject } from '../../../workflows/contracts/json.js';
import { TOKENS } from './canonical-answers.js';
import type { SpokenAnswer } from './canonical-answers.js';
import type { VendorEvent, VendorWriting } from './vendor-event.js';

/** Why an answer is incomplete. */
const REASONS: { readonly [E in SpokenAnswer['end']]?: string } = {
  length: 'max_output_tokens',
  filtered: 'content_filter',
};

interface Item {
  readonly whole: JsonObject;
  readonly opening: JsonObject;
  readonly inner: readonly (JsonObject & { readonly type: string })[];
}

/** An answer of OpenAI's Responses API, padded as it is. */
export function writeResponsesAnswer(answer: SpokenAnswer): VendorWriting {
  const items = [...reasoningOf(answer), ...messageOf(answer), ...callsOf(answer)];
  const reason = REASONS[answer.end];
  const head = { id: 'resp_1', object: 'response', created_at: 1_760_000_000, model: 'gpt-5-pro' };
  const whole = {
    ...{ ...head, status: reason === undefined ? 'completed' : 'incomplete', error: null },
    incomplete_details: reason === undefined ? null : { reason },
    output: items.map((item) => item.whole),
    usage: {
      ...{ input_tokens: TOKENS.input, input_tokens_details: { cached_tokens: TOKENS.cached } },
      output_tokens: TOKENS.output,
      ...(answer.reasoning && { output_tokens_details: { reasoning_tokens: TOKENS.reasoning } }),
      total_tokens: TOKENS.input + TOKENS.output,
    },
  };
  const event = (data: JsonObject & { readonly type: string }): VendorEvent => ({
    name: data.type,
    data: { ...data, ...('delta' in data && { obfuscation: 'kE3vQ' }) },
  });
  const begun = { ...head, status: 'in_progress', output: [], usage: null };
  return {
    plain: whole,
    events: [
      event({ type: 'response.created', response: begun }),
      event({ type: 'response.in_progress', response: begun }),
      ...items.flatMap(({ opening, inner, whole: item }, output_index) => [
        event({ type: 'response.output_item.added', output_index, item: opening }),
        ...inner.map((fields) => event({ ...fields, output_index, item_id: opening['id'] ?? null })),
        event({ type: 'response.output_item.done', output_index, item }),
      ]),
      { ...event({ type: `response.${whole.status}`, response: whole }), ends: true },
    ],
  };
}

function reasoningOf({ reasoning }: SpokenAnswer): readonly Item[] {
  if (reasoning === undefined) return [];
  const opening = { id: 'rs_1', type: 'reasoning', summary: [] };
  const text = reasoning.join('');
  return [
    {
      opening,
      whole: { ...opening, summary: [{ type: 'summary_text', text }], encrypted_content: 'gAAAAB' },
      inner: [
        ...reasoning.map((delta) => ({ type: 'response.reasoning_summary_text.delta', summary_index: 0, delta })),
        { type: 'response.reasoning_summary_text.done', summary_index: 0, text },
      ],
    },
  ];
}

function messageOf({ text, refusal, end }: SpokenAnswer): readonly Item[] {
  const pieces = text ?? refusal;
  if (pieces === undefined) return [];
  const said = pieces.join('');
  const head = { id: 'msg_1', type: 'message', role: 'assistant' };
  const kind = text === undefined ? 'refusal' : 'output_text';
  const part =
    text === undefined ? { type: kind, refusal: said } : { type: kind, text: said, annotations: [], logprobs: [] };
  return [
    {
      opening: { ...head, status: 'in_progress', content: [] },
      whole: { ...head, status: end === 'length' ? 'incomplete' : 'completed', content: [part] },
      inner: [
        ...pieces.map((delta) => ({ type: `response.${kind}.delta`, content_index: 0, delta })),
        {
          type: `response.${kind}.done`,
          content_index: 0,
          ...(text === undefined ? { refusal: said } : { text: said }),
        },
      ],
    },
  ];
}

function callsOf({ calls = [] }: SpokenAnswer): readonly Item[] {
  return calls.map(({ id, name, written }) => {
    const head = { id: `fc_${id}`, type: 'function_call', call_id: id, name };
    return {
      opening: { ...head, status: 'in_progress', arguments: '' },
      whole: { ...head, status: 'completed', arguments: written.join('') },
      inner: [
        ...written.map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
        { type: 'response.function_call_arguments.done', arguments: written.join('') },
      ],
    };
  });
}
