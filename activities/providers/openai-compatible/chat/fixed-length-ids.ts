import type { Json } from '../../../../workflows/contracts/json.js';
import { asObject, asText } from '../../json-fields.js';
import { asArray } from './json-fields.js';

/**
 * Messages whose calls of tools have ids of so many letters and digits, as Mistral demands ("must be a-z, A-Z, 0-9, with a
 * length of 9"). Ids that another vendor gave are numbered in the order in which they come, which stays the same as the
 * conversation grows; a call and its result keep to one id.
 */
export function withFixedLengthIds(messages: readonly Json[], length: number): readonly Json[] {
  const fits = new RegExp(`^[A-Za-z0-9]{${length}}$`);
  const replaced = new Map<string, string>();
  const toId = (id: string): string => {
    if (fits.test(id)) return id;
    const known = replaced.get(id) ?? String(replaced.size).padStart(length, '0');
    replaced.set(id, known);
    return known;
  };
  const renamed = (value: Json, field: string): Json => {
    const fields = asObject(value);
    const id = asText(fields?.[field]);
    return fields === undefined || id === undefined ? value : { ...fields, [field]: toId(id) };
  };
  return messages.map((message) => {
    const fields = asObject(message);
    const calls = asArray(fields?.['tool_calls']);
    if (fields === undefined || calls === undefined) return renamed(message, 'tool_call_id');
    return { ...fields, tool_calls: calls.map((call) => renamed(call, 'id')) };
  });
}
