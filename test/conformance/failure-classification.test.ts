import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classifyErrorEvent, classifyHttpFailure } from '../../activities/providers/classify-failure.js';
import { readServerSentEvents } from '../../activities/providers/server-sent-events.js';
import type { ServerSentEvent } from '../../activities/providers/server-sent-events.js';
import type { AttemptFailure, FailureClass } from '../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

const RECORDINGS = resolve(import.meta.dirname, '../../../shared/recordings');
const present = existsSync(resolve(RECORDINGS, 'supplement'));
if (!present) console.warn(`skipped: no recordings at ${RECORDINGS}`);

const NOW_MS = Date.parse('2026-06-08T18:45:00Z');

interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
}

/** A line of the recordings as far as it is an answer. */
interface Recorded {
  readonly status: number;
  readonly response_headers?: { readonly [name: string]: string };
  readonly response: { readonly json?: Json; readonly text?: string };
}

/** Which lines of a file were answered with which status; what each of them means, and the vendor's own code for it. */
type Row = readonly [
  file: string,
  lines: readonly number[],
  status: number,
  expected: FailureClass,
  vendorCode: string | undefined,
];

const INVALID = 'invalid_request_error';

const RECORDED: readonly Row[] = [
  // The key.
  ['openai.other', [40, 42, 47, 57], 401, 'auth', 'invalid_api_key'],

  // The model.
  ['anthropic.count', [2], 404, 'model_not_found', 'not_found_error'],
  ['anthropic.messages', [22], 404, 'model_not_found', 'not_found_error'],
  ['bedrock.converse', [1, 44, 104], 400, 'model_not_found', undefined],
  ['bedrock.count', [5], 400, 'model_not_found', undefined],
  ['cohere.embeddings', [2], 404, 'model_not_found', undefined],
  ['gemini.count', [1], 404, 'model_not_found', 'not_found'],
  ['gemini.embeddings', [3], 404, 'model_not_found', 'not_found'],
  ['gemini.generate', [1], 404, 'model_not_found', 'not_found'],
  ['groq.chat', [1, 29], 404, 'model_not_found', 'model_not_found'],
  ['openai.chat', [41], 404, 'model_not_found', 'model_not_found'],
  ['openai.embeddings', [2], 404, 'model_not_found', 'model_not_found'],
  ['openai.models', [3], 404, 'model_not_found', 'model_not_found'],
  ['openai.other', [59, 61, 63], 404, 'model_not_found', 'fine_tune_not_found'],
  ['openai.other', [83], 404, 'model_not_found', INVALID],
  // 400, where all others of OpenAI's are 404.
  ['openai.responses', [2, 3], 400, 'model_not_found', 'model_not_found'],

  // The rate.
  ['openrouter.chat', [8, 9, 10], 429, 'rate_limited', undefined],

  // The vendor.
  ['openai.chat', [244, 248], 500, 'vendor_error', undefined],
  ['openai.files', [37], 500, 'vendor_error', 'server_error'],

  // The request.
  ['anthropic.files', [14], 400, 'invalid_request', INVALID],
  ['anthropic.messages', [153], 400, 'invalid_request', INVALID],
  ['bedrock.converse', [147, 149, 153, 155, 195, 199, 203], 400, 'invalid_request', undefined],
  ['bedrock.count', [1, 3], 400, 'invalid_request', undefined],
  ['deepseek.responses', [11], 400, 'invalid_request', INVALID],
  ['groq.chat', [30, 38], 400, 'invalid_request', 'tool_use_failed'],
  ['openai.chat', [129, 139, 146, 153, 163, 170], 400, 'invalid_request', 'invalid_value'],
  ['openai.chat', [206, 207], 400, 'invalid_request', 'unsupported_value'],
  ['openai.chat', [217], 400, 'invalid_request', INVALID],
  ['openai.chat', [245, 249], 400, 'invalid_request', 'test'],
  ['openai.messages', [11, 12, 13], 400, 'invalid_request', 'invalid_type'],
  ['openai.models', [1, 2], 400, 'invalid_request', 'test'],
  ['openai.other', [96, 97, 104, 105, 124, 125, 126, 127, 128], 400, 'invalid_request', 'invalid_thread'],
  ['openai.other', [142, 143, 156, 157, 162, 163, 177, 178], 400, 'invalid_request', 'invalid_thread'],
  ['openai.other', [133, 134, 135, 168, 169, 170, 171], 400, 'invalid_request', INVALID],
  ['openai.other', [136, 191, 192], 400, 'invalid_request', 'invalid_type'],
  ['openai.responses', [88, 112], 400, 'invalid_request', 'unsupported_file'],
  ['openai.responses', [95, 119], 400, 'invalid_request', 'invalid_value'],
  ['openai.responses', [216], 400, 'invalid_request', 'decimal_below_min_value'],
  ['openai.responses', [264], 400, 'invalid_request', INVALID],
  ['vertex.generate', [28, 57, 96], 400, 'invalid_request', 'invalid_argument'],
  ['voyageai.embeddings', [2], 400, 'invalid_request', undefined],
];

function answersOf(file: string): readonly (Answer & { readonly line: number })[] {
  const lines = readFileSync(resolve(RECORDINGS, 'http', `${file}.jsonl`), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    if (text === '') return [];
    const { status, response_headers: headers = {}, response } = JSON.parse(text) as Recorded;
    return [{ line: index + 1, status, headers, body: response.json ?? response.text ?? '' }];
  });
}

function failureOf({ status, headers, body }: Answer): AttemptFailure {
  return classifyHttpFailure({ status, headers, body, nowMs: NOW_MS }).failure;
}

describe.skipIf(!present)('every recorded refusal', () => {
  it('is in the table, and each of the table is one', () => {
    const files = readdirSync(resolve(RECORDINGS, 'http')).map((name) => name.replace(/\.jsonl$/, ''));
    const refusals = files.flatMap((file) =>
      answersOf(file)
        .filter(({ status }) => status >= 400)
        .map(({ line, status }) => `${file}:${line} ${status}`),
    );
    const listed = RECORDED.flatMap(([file, lines, status]) => lines.map((line) => `${file}:${line} ${status}`));
    expect(listed.toSorted()).toEqual(refusals.toSorted());
    expect(refusals.length).toBeGreaterThan(90);
  });

  it.each(RECORDED)('%s %j (HTTP %i) is %s', (file, lines, status, expected, vendorCode) => {
    for (const answer of answersOf(file).filter(({ line }) => lines.includes(line))) {
      expect(failureOf(answer), `${file}:${answer.line}`).toEqual({
        class: expected,
        httpStatus: status,
        ...(vendorCode !== undefined && { vendorCode }),
      });
    }
  });
});

interface Documented {
  readonly provider: string;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  readonly sse?: string;
}

/** The documented errors that were not recorded, in the order of their file. */
const DOCUMENTED: readonly (readonly [string, number, FailureClass, string, number?])[] = [
  ['anthropic', 529, 'overloaded', 'overloaded_error'],
  ['anthropic', 200, 'overloaded', 'overloaded_error'],
  ['anthropic', 429, 'rate_limited', 'rate_limit_error', 12_000],
  ['azure', 400, 'content_policy', 'content_filter'],
  ['bedrock', 429, 'rate_limited', 'throttlingexception'],
  // Frames of an event stream, which have no body here: a test of the adapter builds them.
  ['bedrock', 200, 'vendor_error', ''],
  ['minimax', 200, 'quota_exhausted', 'base_resp_1008'],
  ['volcengine-ark', 403, 'quota_exhausted', 'accountoverdueerror'],
  ['volcengine-ark', 429, 'rate_limited', 'modelaccounttpmratelimitexceeded'],
  ['volcengine-ark', 404, 'model_not_found', 'invalidendpointormodel.notfound'],
  ['dashscope', 429, 'rate_limited', 'throttling.ratequota'],
  ['dashscope', 200, 'rate_limited', 'throttling.ratequota'],
  ['moonshot', 429, 'quota_exhausted', 'exceeded_current_quota_error'],
  ['moonshot', 429, 'overloaded', 'engine_overloaded_error'],
  ['zhipu', 429, 'quota_exhausted', '1113'],
  ['deepseek', 402, 'quota_exhausted', 'invalid_request_error'],
  ['mistral', 429, 'overloaded', '3810'],
  ['openai', 429, 'quota_exhausted', 'insufficient_quota'],
];

describe.skipIf(!present)('every documented error', () => {
  const read = (): readonly Documented[] =>
    JSON.parse(readFileSync(resolve(RECORDINGS, 'supplement/errors.documented.json'), 'utf8')) as Documented[];

  it('has a row here', () => {
    expect(DOCUMENTED.map(([provider, status]) => [provider, status])).toEqual(
      read().map(({ provider, status }) => [provider, status]),
    );
  });

  it.each(DOCUMENTED.map((row, index) => ({ index, row })))(
    '$index of $row is of its class',
    ({ index, row: [, status, expected, vendorCode, retryAfterMs] }) => {
      const { headers, body, sse } = read()[index] ?? { headers: {}, body: null };
      if (vendorCode === '') return expect([body, sse]).toEqual([null, undefined]);
      const event = sse === undefined ? body : (JSON.parse(/data: (.*)/.exec(sse)?.[1] ?? '') as Json);
      const failure = status === 200 ? classifyErrorEvent(event).failure : failureOf({ status, headers, body: event });
      expect(failure).toEqual({
        class: expected,
        vendorCode,
        ...(status !== 200 && { httpStatus: status }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    },
  );
});

describe.skipIf(!present)('errors within recorded streams', () => {
  const cases = (): readonly { readonly id: string; readonly bytes_b64: string }[] =>
    JSON.parse(readFileSync(resolve(RECORDINGS, 'supplement/sse-corner-cases.json'), 'utf8')) as {
      id: string;
      bytes_b64: string;
    }[];
  const bytesOf = (id: string): Buffer => Buffer.from(cases().find((one) => one.id === id)?.bytes_b64 ?? '', 'base64');

  it('are read in an event of that name', async () => {
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield bytesOf('error-event');
    }
    const events: ServerSentEvent[] = [];
    for await (const event of readServerSentEvents(stream())) events.push(event);
    expect(events.map(({ event }) => event)).toEqual(['error']);
    const failure = classifyErrorEvent(JSON.parse(events[0]?.data ?? '') as JsonObject).failure;
    expect(failure).toEqual({ class: 'invalid_request', vendorCode: 'tool_use_failed' });
  });

  it('are read where they stand there as bare JSON', () => {
    const failure = classifyErrorEvent(JSON.parse(bytesOf('json-not-sse').toString()) as JsonObject).failure;
    expect(failure).toEqual({ class: 'vendor_error', vendorCode: 'cancelled' });
  });
});
