import type { z } from 'zod';
import { problemAt } from './request-error.js';
import type { Path, RequestError } from './request-error.js';

type Issue = z.core.$ZodIssue;

/** The words that the vendor's own validation uses, so that callers who match on them find them here as well. */
const TYPE_PROBLEMS: { readonly [expected: string]: string } = {
  string: 'Input should be a valid string',
  number: 'Input should be a valid number',
  int: 'Input should be a valid integer',
  boolean: 'Input should be a valid boolean',
  array: 'Input should be a valid list',
  object: 'Input should be a valid dictionary',
  record: 'Input should be a valid dictionary',
};

/** Turns zod's first issue into words: where, and what would be right. `body` is what was parsed. */
export function describeIssue(issues: readonly Issue[], body: unknown, prefix: Path = []): RequestError {
  const [issue] = issues;
  if (issue === undefined) throw new Error('zod failed without an issue');
  const path = [...prefix, ...issue.path];
  if (valueAt(body, path) === undefined && issue.code !== 'custom') return problemAt(path, 'Field required');
  return problemAt(path, problemOf(issue));
}

function problemOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_PROBLEMS[issue.expected] ?? `Input should be a valid ${issue.expected}`;
    case 'invalid_value':
      return `Input should be ${oneOf(issue.values)}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return `String should match pattern '${'pattern' in issue ? String(issue.pattern).slice(1, -1) : issue.format}'`;
    case 'invalid_union':
      return `Input should be ${unionOptions(issue)}`;
    case 'custom':
      return issue.message;
    default:
      return 'Input is not valid';
  }
}

function tooSmall({ origin, minimum }: Extract<Issue, { code: 'too_small' }>): string {
  if (origin === 'string') return `String should have at least ${minimum} ${plural('character', minimum)}`;
  if (origin === 'array') return `List should have at least ${minimum} ${plural('item', minimum)}`;
  return `Input should be greater than or equal to ${minimum}`;
}

function tooBig({ origin, maximum }: Extract<Issue, { code: 'too_big' }>): string {
  if (origin === 'string') return `String should have at most ${maximum} ${plural('character', maximum)}`;
  if (origin === 'array') return `List should have at most ${maximum} ${plural('item', maximum)}`;
  return `Input should be less than or equal to ${maximum}`;
}

function plural(unit: string, count: number | bigint): string {
  return count === 1 || count === 1n ? unit : `${unit}s`;
}

function oneOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/** Unions here are of a string and a list; what each branch expected says which. */
function unionOptions({ errors }: Extract<Issue, { code: 'invalid_union' }>): string {
  const expected = errors.flatMap((branch) =>
    branch.flatMap((inner) => (inner.code === 'invalid_type' ? [NOUNS[inner.expected] ?? inner.expected] : [])),
  );
  return [...new Set(expected)].join(' or ') || 'of another form';
}

const NOUNS: { readonly [expected: string]: string } = {
  string: 'a valid string',
  array: 'a valid list',
  object: 'a valid dictionary',
};

function valueAt(body: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as { readonly [key: PropertyKey]: unknown })[key]
        : undefined,
    body,
  );
}
