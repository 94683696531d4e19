import type { JsonObject } from '../../workflows/contracts/json.js';
import { gatewayErrors } from '../../workflows/domain/errors.js';
import { FAILURE_ROWS as MESSAGES_FAILURE_ROWS } from '../dialects/anthropic-messages/failure-rows.js';
import { FAILURE_ROWS } from '../dialects/shared/failure-rows.js';
import type { Operation } from './operation.js';

interface Row {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly retryable: boolean;
}

/** What an operation refuses and fails with, by status, from the tables of errors that the code goes by. */
export function renderErrorAnswers(operation: Operation): { readonly [status: string]: JsonObject } {
  const answers: { [status: string]: JsonObject } = {};
  for (const status of new Set(rowsOf(operation).map((row) => row.status))) {
    const rows = rowsOf(operation).filter((row) => row.status === status);
    answers[String(status)] = renderAnswer(operation, rows);
  }
  return answers;
}

function rowsOf({ path, errors, vendorFailures }: Operation): readonly Row[] {
  const refusals = [...new Set(errors)].map((code) => ({ code, ...gatewayErrors[code] }));
  return [
    ...refusals,
    ...(vendorFailures === true ? Object.values(isMessagesPath(path) ? MESSAGES_FAILURE_ROWS : FAILURE_ROWS) : []),
  ];
}

function renderAnswer({ path, vendorFailures, fieldCodes }: Operation, rows: readonly Row[]): JsonObject {
  const codes = [...new Set(rows.map(({ code }) => code))];
  const lines = rows.map(({ code, message }) => `- \`${code}\`: ${message}`);
  // A vendor's words about the caller's request, and this dialect's own about a field, come with codes of theirs.
  const open = (vendorFailures === true || fieldCodes === true) && rows.some(({ status }) => status === 400);
  const anthropics = { $ref: '#/components/schemas/AnthropicError' };
  const openAis = {
    allOf: [
      { $ref: '#/components/schemas/Error' },
      ...(open ? [] : [{ properties: { error: { properties: { code: { enum: codes } } } } }]),
    ],
  };
  const others = path === '/v2/rerank' ? COHERES : isSharedPath(path) ? anthropics : undefined;
  const schema = isMessagesPath(path) ? anthropics : others ? { anyOf: [openAis, others] } : openAis;
  return {
    description: [...new Set(lines)].join('\n'),
    headers: {
      'x-request-id': { $ref: '#/components/headers/RequestId' },
      'x-should-retry': { $ref: '#/components/headers/ShouldRetry' },
      ...(rows.some(({ retryable }) => retryable) && { 'retry-after': { $ref: '#/components/headers/RetryAfter' } }),
    },
    content: { 'application/json': { schema } },
    'x-sluice-codes': codes,
  };
}

/** What Cohere's clients read: the fields of OpenAI's error, at the top. */
const COHERES: JsonObject = {
  type: 'object',
  properties: { message: { type: 'string' }, code: { type: ['string', 'null'] } },
  required: ['message', 'code'],
};

/** Whether errors at this path are in the shape of whichever client asks. */
function isSharedPath(path: string): boolean {
  return ['/v1/models', '/v1/files', '/v1/uploads'].some((shared) => path === shared || path.startsWith(`${shared}/`));
}

/** Whether errors at this path are in Anthropic's shape. */
function isMessagesPath(path: string): boolean {
  return path === '/v1/messages' || path.startsWith('/v1/messages/');
}
