import type { z } from 'zod';
import { describeIssue } from './describe-issue.js';
import { refused } from './refused-error.js';
import { readQuery } from './read-query.js';

/** A part of a request, checked by its schema. @throws RefusalError `invalid_request`, with the field that is wrong. */
export function readAsked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { message, param } = describeIssue(parsed.error.issues, value);
  throw refused('invalid_request', message, param === null ? {} : { param });
}

/** A query, whose lists and objects are written as OpenAI's clients write them. */
export function readAskedQuery<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  return readAsked(schema, readQuery(schema, query));
}
