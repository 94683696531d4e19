import type { z } from 'zod';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { describeIssue, type RequestError } from '../../http/describe-issue.js';
import { checkStructure } from './check-structure.js';

export type ParsedBody<T> =
  | { readonly ok: true; readonly body: JsonObject; readonly fields: T }
  | { readonly ok: false; readonly error: RequestError };

/** Reads a JSON body by its schema. Takes any value and never throws; the first problem is told, free of the caller's words. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): ParsedBody<z.output<S>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refuse({ message: 'The body must be a JSON object.', param: null, code: 'invalid_type' });
  }
  const structure = checkStructure(body);
  if (structure) return refuse(structure);
  const read = schema.safeParse(body);
  if (read.success) return { ok: true, body: body as JsonObject, fields: read.data };
  return refuse(describeIssue(read.error.issues, body));
}

function refuse<T>(error: RequestError): ParsedBody<T> {
  return { ok: false, error };
}
