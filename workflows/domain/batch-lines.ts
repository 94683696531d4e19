import type { BatchProblem } from '../contracts/batches.js';

/** The endpoints that a batch can be of: those that read JSON and answer with JSON. OpenAI's, and those that it has not. */
export const BATCH_ENDPOINTS = [
  '/v1/responses',
  '/v1/chat/completions',
  '/v1/embeddings',
  '/v1/completions',
  '/v1/moderations',
  '/v1/images/generations',
  '/v1/images/edits',
  '/v1/videos',
  '/v1/messages',
  '/v1/rerank',
] as const;

/** The input that a batch is run from outlives its window by what the writing of the results may take. */
export const BATCH_WRITING_MS = 3 * 24 * 3_600_000;

const CUSTOM_ID_MAX = 512;

/** Why a line is no request, without a word of it: the line fails, and the batch goes on. */
export const LINE_PROBLEMS = {
  line_too_long: 'is longer than a request may be',
  invalid_json_line: 'is not valid JSON in UTF-8',
  invalid_line: 'is not a JSON object',
  missing_custom_id: `needs a 'custom_id' of 1 to ${CUSTOM_ID_MAX} characters`,
  missing_body: "needs a 'body' that is a JSON object",
  nested_too_deep: 'is nested too deeply',
  stream_not_supported: "asks for a stream, which a batch's output has no place for; leave 'stream' out",
} as const satisfies { readonly [code: string]: string };

export type LineProblem = keyof typeof LINE_PROBLEMS;

/** What is wrong with a line, as a sentence that names it. */
export function describeLineProblem(problem: string, line: number): string {
  // Stored by this table; one of a newer version of it is told without its reason.
  return `Line ${line} of the input ${LINE_PROBLEMS[problem as LineProblem] ?? 'is no request'}.`;
}

export type ReadBatchLine =
  | { readonly status: 'request'; readonly customId: string; readonly body: string }
  | { readonly status: 'broken'; readonly problem: LineProblem; readonly customId?: string }
  /** It is meant for another endpoint: the whole input is refused. */
  | { readonly status: 'mistaken'; readonly problem: BatchProblem };

/** One line of an input: `{"custom_id": …, "method": "POST", "url": …, "body": {…}}`. */
export function readBatchLine(text: string, line: number, endpoint: string): ReadBatchLine {
  const fields = parseObject(text);
  if (typeof fields === 'string') return { status: 'broken', problem: fields };
  const { custom_id: customId, method, url, body } = fields;
  if (typeof customId !== 'string' || customId === '' || customId.length > CUSTOM_ID_MAX) {
    return { status: 'broken', problem: 'missing_custom_id' };
  }
  if (method !== 'POST') {
    return mistaken('invalid_method', `Line ${line} needs "method": "POST".`, line, 'method');
  }
  if (url !== endpoint) {
    return mistaken('invalid_url', `Line ${line} needs "url": "${endpoint}", the endpoint of its batch.`, line, 'url');
  }
  if (!isObject(body)) return { status: 'broken', problem: 'missing_body', customId };
  if (body['stream'] === true) return { status: 'broken', problem: 'stream_not_supported', customId };
  const bodyText = toText(body);
  if (bodyText === undefined) return { status: 'broken', problem: 'nested_too_deep', customId };
  return { status: 'request', customId, body: bodyText };
}

/** The `custom_id` of a line that may be broken otherwise. */
export function customIdOf(text: string): string | undefined {
  const fields = parseObject(text);
  const customId = typeof fields === 'string' ? undefined : fields['custom_id'];
  return typeof customId === 'string' && customId !== '' && customId.length <= CUSTOM_ID_MAX ? customId : undefined;
}

/** `JSON.parse` reads a nesting that `JSON.stringify` then dies of. */
function toText(body: object): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

function mistaken(code: string, message: string, line: number, param: string): ReadBatchLine {
  return { status: 'mistaken', problem: { code, message, line, param } };
}

function parseObject(text: string): { readonly [name: string]: unknown } | LineProblem {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : 'invalid_line';
  } catch {
    return 'invalid_json_line';
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
