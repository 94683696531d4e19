import type { JsonObject } from '../../../workflows/contracts/json.js';
import { describeIssue } from '../../http/describe-issue.js';
import type { RequestError } from '../../http/describe-issue.js';
import { MODEL_MISSING } from '../shared/models-named.js';
import { parseBody } from '../shared/parse-body.js';
import { checkItems } from './check-items.js';
import { checkMedia } from './check-media.js';
import { checkSchemas } from './check-schemas.js';
import { checkToolChoice } from './check-tool-choice.js';
import { readInputItem } from './input-item.schema.js';
import type { InputItem } from './input-item.schema.js';
import { responsesRequestSchema } from './responses-request.schema.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';

/** A request that is known to be well formed: the typed reading of it, and the body as the caller wrote it. */
export interface ParsedResponsesRequest {
  readonly body: JsonObject;
  readonly fields: ResponsesRequestFields;
  /** The input; one message of the user where the caller gave a string. */
  readonly items: readonly InputItem[];
}

export type ParseResult =
  | { readonly ok: true; readonly request: ParsedResponsesRequest }
  | { readonly ok: false; readonly error: RequestError };

/**
 * Reads the JSON body of `POST /v1/responses`. Takes any value and never throws; the first problem found is answered in
 * OpenAI's manner, its words free of anything from the input.
 */
export function parseResponsesRequest(body: unknown): ParseResult {
  const read = parseBody(responsesRequestSchema, body);
  if (!read.ok) return read;
  const { fields } = read;
  if (fields.model == null && fields.models == null) return refuse(MODEL_MISSING);
  const input = readInput(fields.input, read.body);
  if (!input.ok) return input;
  const error =
    checkToolChoice(fields) ?? checkSchemas(fields) ?? checkItems(input.items, fields) ?? checkMedia(input.items);
  return error ? refuse(error) : { ok: true, request: { body: read.body, fields, items: input.items } };
}

/** Reads items that the gateway itself kept of an earlier turn, which were well formed then. */
export function readKeptItems(items: readonly JsonObject[]): readonly InputItem[] {
  return items.flatMap((value) => {
    const read = readInputItem(value);
    return read.ok ? [read.item] : [];
  });
}

function readInput(
  input: ResponsesRequestFields['input'],
  body: JsonObject,
): { readonly ok: true; readonly items: readonly InputItem[] } | { readonly ok: false; readonly error: RequestError } {
  if (typeof input === 'string') {
    return { ok: true, items: [{ kind: 'message', item: { role: 'user', content: input } }] };
  }
  const items: InputItem[] = [];
  for (const [index, value] of input.entries()) {
    const read = readInputItem(value);
    if (!read.ok) return { ok: false, error: describeIssue(read.issues, body, ['input', index]) };
    items.push(read.item);
  }
  return { ok: true, items };
}

function refuse(error: RequestError): { readonly ok: false; readonly error: RequestError } {
  return { ok: false, error };
}
