import type { JsonObject } from '../../../workflows/contracts/json.js';
import { describeIssue } from '../../http/describe-issue.js';
import type { RequestError } from '../../http/describe-issue.js';
import { checkStructure } from '../shared/check-structure.js';
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
  if (!isJsonObject(body)) {
    return refuse({ message: 'The body must be a JSON object.', param: null, code: 'invalid_type' });
  }
  const structure = checkStructure(body);
  if (structure) return refuse(structure);
  const read = responsesRequestSchema.safeParse(body);
  if (!read.success) return refuse(describeIssue(firstOf(read.error.issues), body));
  const fields = read.data;
  if (fields.model == null && fields.models == null) return refuse(MODEL_MISSING);
  const input = readInput(fields.input, body);
  if (!input.ok) return input;
  const error =
    checkToolChoice(fields) ?? checkSchemas(fields) ?? checkItems(input.items, fields) ?? checkMedia(input.items);
  return error ? refuse(error) : { ok: true, request: { body, fields, items: input.items } };
}

/** Reads items that the gateway itself kept of an earlier turn, which were well formed then. */
export function readKeptItems(items: readonly JsonObject[]): readonly InputItem[] {
  return items.flatMap((value) => {
    const read = readInputItem(value);
    return read.ok ? [read.item] : [];
  });
}

const MODEL_MISSING: RequestError = {
  message: "Missing required parameter: 'model'. Name a model, or several in order of preference in 'models'.",
  param: 'model',
  code: 'missing_required_parameter',
};

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
    if (!read.ok) return { ok: false, error: describeIssue(firstOf(read.issues), body, ['input', index]) };
    items.push(read.item);
  }
  return { ok: true, items };
}

function isJsonObject(body: unknown): body is JsonObject {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function firstOf<T>(issues: readonly T[]): T {
  const [first] = issues;
  if (first === undefined) throw new Error('zod failed without an issue');
  return first;
}

function refuse(error: RequestError): { readonly ok: false; readonly error: RequestError } {
  return { ok: false, error };
}
