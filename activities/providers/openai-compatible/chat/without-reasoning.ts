import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject } from '../../json-fields.js';
import { asArray, isBlank } from './json-fields.js';

/** In which vendors of this dialect write their reasoning, and in which callers send it back; OpenAI has none of them. */
const REASONING_FIELDS = ['reasoning', 'reasoning_content', 'reasoning_details'];

/**
 * The body without reasoning in its messages. A conversation that another vendor began has some, and OpenAI refuses fields of
 * messages that it does not know; a vendor's proof of its reasoning is nobody else's business besides.
 */
export function withoutReasoning(body: JsonObject): {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
} {
  const messages = asArray(body['messages']) ?? [];
  const found = messages.flatMap((message) =>
    REASONING_FIELDS.filter((field) => asObject(message)?.[field] !== undefined),
  );
  if (found.length === 0) return { body, warnings: [] };
  const said = messages.some((message) => REASONING_FIELDS.some((field) => !isBlank(asObject(message)?.[field])));
  const detail = 'The vendor does not take reasoning back; it was left out.';
  return {
    body: { ...body, messages: messages.map(withoutFields) },
    warnings: said ? [{ type: 'ignored', feature: 'messages[].reasoning_details', detail }] : [],
  };
}

function withoutFields(message: Json): Json {
  const fields = asObject(message);
  if (fields === undefined) return message;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !REASONING_FIELDS.includes(name)));
}
