import type { z } from 'zod';

/** Why a request was not accepted, in the terms of OpenAI's error object. */
export interface RequestError {
  readonly message: string;
  /** A path such as `messages[3].content[0].image_url.url`; null where the body as a whole is wrong. */
  readonly param: string | null;
  readonly code: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Keys may be the caller's own (metadata, logit_bias), so what is echoed is bounded and printable. */
const ECHO_LENGTH_MAX = 64;
const PARAM_LENGTH_MAX = 256;

/** Turns zod's first issue into words: what is wrong, where, and what would be right. `body` is what was parsed. */
export function describeIssue(issues: readonly Issue[], body: unknown, prefix: Path = []): RequestError {
  const [issue] = issues;
  if (issue === undefined) throw new Error('zod failed without an issue');
  const { leaf, path: place } = deepest(issue, [...prefix, ...issue.path]);
  const path = leaf.code === 'unrecognized_keys' ? [...place, ...leaf.keys.slice(0, 1)] : place;
  const param = toParam(path);
  const where = param ?? 'body';
  const value = valueAt(body, path);
  if (value === undefined && leaf.code !== 'custom') {
    const message = `Missing required parameter: '${where}'.${optionsHint(leaf)}`;
    return { message, param, code: 'missing_required_parameter' };
  }
  return { ...describeLeaf(leaf, where, value), param };
}

/** An issue of a union says nothing by itself: the branch that got furthest into the value is what the caller meant. */
function deepest(issue: Issue, path: Path): { leaf: Issue; path: Path } {
  if (issue.code !== 'invalid_union') return { leaf: issue, path };
  const inner = issue.errors.flatMap((branch) => branch.slice(0, 1)).filter((candidate) => !isWrongType(candidate));
  const furthest = inner.reduce<Issue | undefined>(
    (best, candidate) => (best === undefined || candidate.path.length > best.path.length ? candidate : best),
    undefined,
  );
  return furthest === undefined ? { leaf: issue, path } : deepest(furthest, [...path, ...furthest.path]);
}

function isWrongType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function describeLeaf(issue: Issue, where: string, value: unknown): Omit<RequestError, 'param'> {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(where, [issue.expected], value);
    case 'invalid_union':
      return describeUnion(issue, where, value);
    case 'invalid_value':
      return {
        message: `Invalid value for '${where}': ${echo(value)}.${optionsHint(issue)}`,
        code: 'invalid_value',
      };
    case 'too_small':
      return outOfBounds(where, measured(issue, value), issue.minimum, 'below');
    case 'too_big':
      return outOfBounds(where, measured(issue, value), issue.maximum, 'above');
    case 'invalid_format': {
      const pattern = 'pattern' in issue && issue.pattern ? ` Expected a string that matches ${issue.pattern}.` : '';
      return { message: `Invalid '${where}': the string does not match the pattern.${pattern}`, code: 'invalid_value' };
    }
    case 'unrecognized_keys':
      return { message: `Unknown parameter: '${where}'.`, code: 'unknown_parameter' };
    case 'custom':
      return {
        message: `Invalid '${where}': ${issue.message}.`,
        code: String(issue.params?.['code'] ?? 'invalid_value'),
      };
    default:
      return { message: `Invalid value for '${where}'.`, code: 'invalid_value' };
  }
}

function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  where: string,
  value: unknown,
): Omit<RequestError, 'param'> {
  if (issue.errors.length === 0) {
    return { message: `Invalid value for '${where}': ${echo(value)}.${optionsHint(issue)}`, code: 'invalid_value' };
  }
  const expected = issue.errors.flatMap((branch) =>
    branch.flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : [])),
  );
  return wrongType(where, expected, value);
}

function wrongType(where: string, expected: readonly string[], value: unknown): Omit<RequestError, 'param'> {
  const wanted = [...new Set(expected)].map(withArticle).join(' or ');
  return {
    message: `Invalid type for '${where}': expected ${wanted}, but got ${withArticle(typeName(value))} instead.`,
    code: 'invalid_type',
  };
}

/** A number in a query is text until its schema reads it. */
function measured({ origin }: { readonly origin: string }, value: unknown): unknown {
  return typeof value === 'string' && (origin === 'number' || origin === 'int') ? Number(value) : value;
}

function outOfBounds(
  where: string,
  value: unknown,
  bound: number | bigint,
  side: 'below' | 'above',
): Omit<RequestError, 'param'> {
  const relation = side === 'below' ? 'at least' : 'at most';
  const units = (name: string) => `${relation} ${bound} ${name}${bound === 1 ? '' : 's'}`;
  const end = side === 'below' ? 'min' : 'max';
  if (typeof value === 'string') {
    const message = `Invalid '${where}': expected a string of ${units('character')}, but got ${value.length}.`;
    return { message, code: value === '' ? 'empty_string' : `string_${side}_${end}_length` };
  }
  if (Array.isArray(value)) {
    const message = `Invalid '${where}': expected an array of ${units('element')}, but got ${value.length}.`;
    return { message, code: value.length === 0 ? 'empty_array' : `array_${side}_${end}_length` };
  }
  const kind = Number.isInteger(value) ? 'integer' : 'decimal';
  const message = `Invalid '${where}': expected a number of ${relation} ${bound}, but got ${String(value)}.`;
  return { message, code: `${kind}_${side}_${end}_value` };
}

function optionsHint(issue: Issue): string {
  const options =
    issue.code === 'invalid_value'
      ? issue.values
      : 'options' in issue && Array.isArray(issue.options)
        ? issue.options
        : [];
  return options.length === 0 ? '' : ` Supported values are: '${options.map(String).join("', '")}'.`;
}

function withArticle(type: string): string {
  if (type === 'null') return 'null';
  const shown = type === 'int' ? 'integer' : type === 'record' ? 'object' : type;
  return `${/^[aeiou]/.test(shown) ? 'an' : 'a'} ${shown}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'decimal') : typeof value;
}

function echo(value: unknown): string {
  return typeof value === 'string' ? `'${printable(value, ECHO_LENGTH_MAX)}'` : withArticle(typeName(value));
}

function printable(text: string, lengthMax: number): string {
  const short = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return short.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}

export function toParam(path: Path): string | null {
  let param = '';
  for (const key of path) {
    param += typeof key === 'number' ? `[${key}]` : param === '' ? String(key) : `.${String(key)}`;
  }
  return param === '' ? null : printable(param, PARAM_LENGTH_MAX);
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
