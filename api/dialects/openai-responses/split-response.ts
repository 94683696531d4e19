import type { JsonObject } from '../../../workflows/contracts/json.js';
import { asObjects, asText, without } from '../shared/json-fields.js';

/** The events that would have streamed a plain response: each item with what it holds in one piece, then the end. */
export function splitResponse(response: JsonObject): readonly JsonObject[] {
  const begun = { ...without(response, 'usage'), status: 'in_progress', output: [], usage: null, completed_at: null };
  const opening = 'completed_at' in response ? begun : without(begun, 'completed_at');
  const status = asText(response['status']);
  const ending = status === 'incomplete' || status === 'failed' ? status : 'completed';
  return [
    { type: 'response.created', response: opening },
    { type: 'response.in_progress', response: opening },
    ...asObjects(response['output']).flatMap(splitItem),
    { type: `response.${ending}`, response },
  ];
}

function splitItem(item: JsonObject, index: number): readonly JsonObject[] {
  const place = { item_id: item['id'], output_index: index };
  return [
    { type: 'response.output_item.added', output_index: index, item: emptied(item) },
    ...inside(item, place),
    { type: 'response.output_item.done', output_index: index, item },
  ];
}

/** An item as it is before anything is written into it. */
function emptied(item: JsonObject): JsonObject {
  const begun = 'status' in item ? { ...item, status: 'in_progress' } : item;
  switch (item['type']) {
    case 'message':
      return { ...begun, content: [] };
    case 'reasoning':
      return { ...begun, summary: [], ...('content' in item && { content: [] }) };
    case 'function_call':
      return { ...begun, arguments: '' };
    case 'custom_tool_call':
      return { ...begun, input: '' };
    default:
      return begun;
  }
}

function inside(item: JsonObject, place: JsonObject): readonly JsonObject[] {
  switch (item['type']) {
    case 'message':
      return asObjects(item['content']).flatMap((part, index) => splitPart(part, { ...place, content_index: index }));
    case 'reasoning':
      return [
        ...asObjects(item['summary']).flatMap((part, index) => splitSummary(part, { ...place, summary_index: index })),
        ...asObjects(item['content']).flatMap((part, index) => splitThought(part, { ...place, content_index: index })),
      ];
    case 'function_call':
      return [
        { type: 'response.function_call_arguments.delta', ...place, delta: item['arguments'] },
        { type: 'response.function_call_arguments.done', ...place, name: item['name'], arguments: item['arguments'] },
      ];
    case 'custom_tool_call':
      return [
        { type: 'response.custom_tool_call_input.delta', ...place, delta: item['input'] },
        { type: 'response.custom_tool_call_input.done', ...place, input: item['input'] },
      ];
    // Tools that the vendor ran are told of by the item itself.
    default:
      return [];
  }
}

function splitPart(part: JsonObject, place: JsonObject): readonly JsonObject[] {
  // Older answers lack a field of the event that the specification has since required.
  const whole = part['type'] === 'output_text' ? { logprobs: [], ...part } : part;
  const added = (empty: JsonObject) => ({
    type: 'response.content_part.added',
    ...place,
    part: { ...whole, ...empty },
  });
  const done = { type: 'response.content_part.done', ...place, part: whole };
  if (part['type'] === 'refusal') {
    const { refusal } = part;
    return [
      added({ refusal: '' }),
      { type: 'response.refusal.delta', ...place, delta: refusal },
      { type: 'response.refusal.done', ...place, refusal },
      done,
    ];
  }
  if (part['type'] !== 'output_text') return [added({}), done];
  const { text } = part;
  const logprobs = part['logprobs'] ?? [];
  return [
    added({ text: '', annotations: [], logprobs: [] }),
    { type: 'response.output_text.delta', ...place, delta: text, logprobs },
    ...asObjects(part['annotations']).map((annotation, index) => ({
      ...{ type: 'response.output_text.annotation.added', ...place, annotation_index: index, annotation },
    })),
    { type: 'response.output_text.done', ...place, text, logprobs },
    done,
  ];
}

function splitSummary(part: JsonObject, place: JsonObject): readonly JsonObject[] {
  const { text } = part;
  return [
    { type: 'response.reasoning_summary_part.added', ...place, part: { ...part, text: '' } },
    { type: 'response.reasoning_summary_text.delta', ...place, delta: text },
    { type: 'response.reasoning_summary_text.done', ...place, text },
    { type: 'response.reasoning_summary_part.done', ...place, part },
  ];
}

function splitThought(part: JsonObject, place: JsonObject): readonly JsonObject[] {
  const { text } = part;
  return [
    { type: 'response.reasoning_text.delta', ...place, delta: text },
    { type: 'response.reasoning_text.done', ...place, text },
  ];
}
