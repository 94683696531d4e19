import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { classifyErrorEvent, classifyHttpFailure } from './classify-failure.js';

const NOW_MS = Date.parse('2026-06-08T18:45:00Z');

function classify(status: number, body?: Json, headers: { [name: string]: string } = {}) {
  return classifyHttpFailure({ status, headers, nowMs: NOW_MS, ...(body !== undefined && { body }) });
}

const openai = (code: Json, type: Json = 'invalid_request_error', message = 'words'): JsonObject => ({
  error: { message, type, param: null, code },
});
const anthropic = (type: string, message = 'words'): JsonObject => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
});

describe('the class of a refusal', () => {
  const rows: readonly (readonly [number, Json | undefined, FailureClass, string | undefined])[] = [
    [302, undefined, 'bad_response', undefined],
    [400, openai(null), 'invalid_request', 'invalid_request_error'],
    [400, openai('context_length_exceeded'), 'context_length', 'context_length_exceeded'],
    [400, openai('content_policy_violation'), 'content_policy', 'content_policy_violation'],
    [400, openai('content_filter', null), 'content_policy', 'content_filter'],
    [
      400,
      anthropic('invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum'),
      'context_length',
      'invalid_request_error',
    ],
    [
      400,
      anthropic('invalid_request_error', 'Output blocked by content filtering policy'),
      'content_policy',
      'invalid_request_error',
    ],
    [
      400,
      anthropic('invalid_request_error', 'Your credit balance is too low to access'),
      'quota_exhausted',
      'invalid_request_error',
    ],
    [400, { error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }, 'invalid_request', 'invalid_argument'],
    [400, { code: 'Arrearage', message: 'm' }, 'quota_exhausted', 'arrearage'],
    [401, openai('invalid_api_key'), 'auth', 'invalid_api_key'],
    [401, { detail: 'Unauthorized' }, 'auth', undefined],
    [402, openai('invalid_request_error', 'unknown_error'), 'quota_exhausted', 'invalid_request_error'],
    [403, anthropic('permission_error'), 'permission', 'permission_error'],
    [403, openai('AccountOverdueError', 'Forbidden'), 'quota_exhausted', 'accountoverdueerror'],
    [404, openai('model_not_found'), 'model_not_found', 'model_not_found'],
    [404, anthropic('not_found_error'), 'model_not_found', 'not_found_error'],
    [408, undefined, 'timeout_first_token', undefined],
    [409, undefined, 'invalid_request', undefined],
    [413, anthropic('request_too_large'), 'request_too_large', 'request_too_large'],
    [413, anthropic('invalid_request_error', 'prompt is too long: 9'), 'context_length', 'invalid_request_error'],
    [422, { detail: [{ msg: 'm' }] }, 'invalid_request', undefined],
    [429, openai('rate_limit_exceeded', 'tokens'), 'rate_limited', 'rate_limit_exceeded'],
    [429, openai('insufficient_quota', 'insufficient_quota'), 'quota_exhausted', 'insufficient_quota'],
    [
      429,
      { error: { message: 'm', type: 'exceeded_current_quota_error' } },
      'quota_exhausted',
      'exceeded_current_quota_error',
    ],
    [429, { error: { code: '1113', message: 'm' } }, 'quota_exhausted', '1113'],
    [429, { error: { code: '1302', message: 'm' } }, 'rate_limited', '1302'],
    [400, { error: { code: '1113', message: 'm' } }, 'invalid_request', '1113'],
    [429, { code: 'Throttling.AllocationQuota', message: 'm' }, 'quota_exhausted', 'throttling.allocationquota'],
    [429, { code: 'Throttling.RateQuota', message: 'm' }, 'rate_limited', 'throttling.ratequota'],
    [429, { error: { message: 'm', type: 'engine_overloaded_error' } }, 'overloaded', 'engine_overloaded_error'],
    [429, { error: { code: 429, message: 'm' } }, 'rate_limited', undefined],
    [429, 'slow down', 'rate_limited', undefined],
    [500, openai(null, 'server_error'), 'vendor_error', 'server_error'],
    [500, '', 'vendor_error', undefined],
    [502, '<html>Bad gateway</html>', 'vendor_error', undefined],
    [503, openai(null, 'server_error'), 'overloaded', 'server_error'],
    [504, undefined, 'timeout_first_token', undefined],
    [520, undefined, 'vendor_error', undefined],
    [529, anthropic('overloaded_error'), 'overloaded', 'overloaded_error'],
    [400, openai('constructor'), 'invalid_request', 'constructor'],
  ];

  it.each(rows)('%i %j is %s', (status, body, failureClass, vendorCode) => {
    const { failure } = classify(status, body);
    expect(failure).toEqual({
      class: failureClass,
      httpStatus: status,
      ...(vendorCode !== undefined && { vendorCode }),
    });
  });

  it('is the same for Bedrock, whose error has its name in a header', () => {
    const headers = { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/coral/' };
    const { failure } = classify(400, { message: 'm' }, headers);
    expect(failure).toMatchObject({ class: 'rate_limited', vendorCode: 'throttlingexception' });
  });
});

describe('what a history may hold of a refusal', () => {
  it.each([
    ['a sentence with the prompt in it', undefined],
    ['x'.repeat(65), undefined],
    ['naïve', undefined],
    ['', undefined],
    ['Some-Code.v2', 'some-code.v2'],
    ['ns#Name', 'ns_name'],
    [1113, '1113'],
    [1.5, undefined],
    [{ nested: true }, undefined],
  ] as const)('the code %j becomes %j', (code, expected) => {
    const { failure } = classify(400, { error: { code, message: 'the secret prompt' } });
    expect(failure.vendorCode).toBe(expected);
    expect(JSON.stringify(failure)).not.toContain('secret');
  });
});

describe('what the caller is told of a refusal', () => {
  it('is the message and the parameter', () => {
    const body = { error: { message: 'Invalid value', type: 't', param: 'messages[3]', code: null } };
    expect(classify(400, body).detail).toEqual({ message: 'Invalid value', param: 'messages[3]' });
  });

  it.each<readonly [Json | undefined, string]>([
    ['<html>Bad gateway</html>', 'The vendor answered with HTTP 502.'],
    ['upstream connect error', 'upstream connect error'],
    [undefined, 'The vendor answered with HTTP 502.'],
    [null, 'The vendor answered with HTTP 502.'],
    [{ error: 'model is loading' }, 'model is loading'],
    [{ detail: 'Unauthorized' }, 'Unauthorized'],
    [[{ error: { message: 'listed' } }], 'listed'],
    [7, 'The vendor answered with HTTP 502.'],
  ])('%j is told as %j', (body, message) => {
    expect(classify(502, body).detail).toEqual({ message });
  });
});

describe('the wait that a vendor asks for', () => {
  const day = 24 * 3600 * 1000;
  it.each<readonly [{ [name: string]: string }, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after': '12' }, 12_000],
    [{ 'retry-after': ' 0.25 ' }, 250],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '1500', 'retry-after': '12' }, 1500],
    [{ 'retry-after-ms': '0', 'retry-after': '1' }, 1000],
    [{ 'retry-after-ms': '0' }, 0],
    [{ 'retry-after-ms': '12.3' }, 13],
    [{ 'retry-after-ms': 'soon', 'retry-after': '3' }, 3000],
    [{ 'retry-after-ms': '-5', 'retry-after': '3' }, 3000],
    [{ 'retry-after': '-3' }, undefined],
    [{ 'retry-after': 'NaN' }, undefined],
    [{ 'retry-after': '1e3' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': 'foo 1' }, undefined],
    [{ 'retry-after': '2026-06-08T18:46:00Z' }, undefined],
    [{ 'retry-after': 'Mon, 08 Jun 2026 18:45:30 GMT' }, 30_000],
    [{ 'retry-after': 'Mon, 08 Jun 2026 18:44:00 GMT' }, 0],
    [{ 'retry-after': 'Mon, 99 Foo 2026 18:44:00 GMT' }, undefined],
    [{ 'retry-after': '999999999' }, day],
  ])('%j is %j ms', (headers, expected) => {
    for (const status of [429, 503, 529])
      expect(classify(status, undefined, headers).failure.retryAfterMs).toBe(expected);
  });
});

describe('an error within a stream', () => {
  it.each<readonly [Json, FailureClass, string | undefined]>([
    [anthropic('overloaded_error'), 'overloaded', 'overloaded_error'],
    [anthropic('api_error'), 'vendor_error', 'api_error'],
    [anthropic('rate_limit_error'), 'rate_limited', 'rate_limit_error'],
    [anthropic('invalid_request_error'), 'invalid_request', 'invalid_request_error'],
    [
      { error: { message: 'm', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 } },
      'invalid_request',
      'tool_use_failed',
    ],
    [{ error: { code: 400, message: 'Token limit reached' } }, 'invalid_request', undefined],
    [{ error: { code: 502, message: 'm' } }, 'vendor_error', undefined],
    [{ error: { code: '503', message: 'm' } }, 'overloaded', undefined],
    [{ error: { message: 'm', type: 'server_error', code: null } }, 'vendor_error', 'server_error'],
    [{ code: 'Throttling.RateQuota', message: 'm' }, 'rate_limited', 'throttling.ratequota'],
    [{}, 'vendor_error', undefined],
  ])('%j is %s', (body, failureClass, vendorCode) => {
    const { failure } = classifyErrorEvent(body);
    expect(failure).toEqual({ class: failureClass, ...(vendorCode !== undefined && { vendorCode }) });
  });
});
