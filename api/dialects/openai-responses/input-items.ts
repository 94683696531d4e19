import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { asText } from '../shared/json-fields.js';
import { itemId } from './render-context.js';
import type { ItemPrefix } from './render-context.js';
import { toItems } from './to-responses-call.js';

const PREFIXES: { readonly [type: string]: ItemPrefix } = {
  message: 'msg',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  reasoning: 'rs',
};

/**
 * The input of a call as `GET /v1/responses/{id}/input_items` lists it, oldest first: each item with a type and an id, and
 * a message's text as a list. Ids that the caller gave stay; ours are made of the request's, and so are the same each time.
 */
export function inputItemsOf(call: ChatCall, requestId: string): readonly JsonObject[] {
  return toItems(call.source.body['input']).map((item, index) => withId(normal(item), requestId, index));
}

function withId(item: JsonObject, requestId: string, index: number): JsonObject {
  if (typeof item['id'] === 'string' && item['id'] !== '') return item;
  const prefix = PREFIXES[asText(item['type'])] ?? 'item';
  // An output's place has four digits and no letter before them, so that no input item has an output item's id.
  return { id: itemId(prefix, requestId, `i${index.toString(16).padStart(4, '0')}`), ...item };
}

function normal(item: JsonObject): JsonObject {
  if (item['role'] === undefined || (item['type'] !== undefined && item['type'] !== 'message')) return item;
  const { role, content } = item;
  const part = role === 'assistant' ? { type: 'output_text', annotations: [] } : { type: 'input_text' };
  const list = typeof content === 'string' ? [{ ...part, text: content }] : content;
  return { ...item, type: 'message', status: item['status'] ?? 'completed', content: list };
}
