import type { RequestError } from '../../http/describe-issue.js';
import type { InputItem } from './input-item.schema.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';

/**
 * Refuses what no vendor can make sense of: an output whose call is nowhere before it, and an id that answers or makes a
 * second call while the first is still open. Where an earlier response or a vendor's own items stand before the input, the
 * call may be among those, so that nothing is certain.
 */
export function checkItems(items: readonly InputItem[], fields: ResponsesRequestFields): RequestError | undefined {
  const open = new Set<string>();
  const answered = new Set<string>();
  const elsewhere =
    fields.previous_response_id != null ||
    fields.conversation != null ||
    items.some(({ kind }) => kind === 'native' || kind === 'item_reference');
  for (const [index, entry] of items.entries()) {
    switch (entry.kind) {
      case 'function_call':
      case 'custom_tool_call': {
        const { call_id: id } = entry.item;
        if (open.has(id)) return duplicate(index, 'each call needs an id of its own');
        open.add(id);
        answered.delete(id);
        break;
      }
      case 'function_call_output':
      case 'custom_tool_call_output': {
        const { call_id: id } = entry.item;
        if (answered.has(id)) return duplicate(index, 'the call has an output already');
        if (!open.delete(id) && !elsewhere) return orphan(index, entry.kind);
        answered.add(id);
        break;
      }
      default:
    }
  }
  return undefined;
}

function duplicate(index: number, why: string): RequestError {
  const param = `input[${index}].call_id`;
  return { message: `Duplicate value for '${param}': ${why}.`, param, code: 'invalid_value' };
}

function orphan(index: number, kind: string): RequestError {
  const call = kind.replace('_output', '');
  const param = `input[${index}].call_id`;
  const message = `Invalid '${param}': no '${call}' item of this id stands before its output. Send the call with its output.`;
  return { message, param, code: 'invalid_value' };
}
