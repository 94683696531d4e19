import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { classifyErrorEvent, classifyHttpFailure } from './classify-failure.js';

const type = (name: string) => `type.googleapis.com/google.rpc.${name}`;
const body = (code: number, status: string, details: readonly Json[] = [], message = 'words'): JsonObject => ({
  error: { code, message, status, details },
});
const quota = (quotaId: string): JsonObject => ({ '@type': type('QuotaFailure'), violations: [{ quotaId }] });
const retryIn = (retryDelay: string): JsonObject => ({ '@type': type('RetryInfo'), retryDelay });
const info = (reason: string): JsonObject => ({ '@type': type('ErrorInfo'), reason, domain: 'googleapis.com' });

const classify = (status: number, error: JsonObject, headers: Record<string, string> = {}) =>
  classifyHttpFailure({ status, headers, body: error, nowMs: 0 }).failure;

describe('a refusal of Google', () => {
  it('waits for a quota of the minute as long as it says', () => {
    const error = body(429, 'RESOURCE_EXHAUSTED', [
      quota('GenerateContentRequestsPerMinutePerProjectPerModel'),
      retryIn('48.5s'),
    ]);
    expect(classify(429, error)).toEqual({
      class: 'rate_limited',
      httpStatus: 429,
      vendorCode: 'resource_exhausted',
      retryAfterMs: 48_500,
    });
    expect(classify(429, error, { 'retry-after': '2' }).retryAfterMs).toBe(2000);
    expect(classifyErrorEvent(error).failure.retryAfterMs).toBe(48_500);
  });

  it('is no matter of waiting for a quota of the day', () => {
    const error = body(429, 'RESOURCE_EXHAUSTED', [
      info('RATE_LIMIT_EXCEEDED'),
      quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
      retryIn('3s'),
    ]);
    expect(classify(429, error)).toMatchObject({ class: 'quota_exhausted', vendorCode: 'quota_per_day' });
  });

  it.each([
    [400, body(400, 'INVALID_ARGUMENT', [info('API_KEY_INVALID')]), 'auth', 'api_key_invalid'],
    [400, body(400, 'FAILED_PRECONDITION'), 'permission', 'failed_precondition'],
    [403, body(403, 'PERMISSION_DENIED', [info('SERVICE_DISABLED')]), 'permission', 'service_disabled'],
    [
      400,
      body(400, 'INVALID_ARGUMENT', [], 'The input token count (9) exceeds the maximum number of tokens allowed (8).'),
      'context_length',
      'invalid_argument',
    ],
    [503, body(503, 'UNAVAILABLE', [], 'The model is overloaded.'), 'overloaded', 'unavailable'],
    [504, body(504, 'DEADLINE_EXCEEDED'), 'timeout_first_token', 'deadline_exceeded'],
  ])('%d with %j is %s', (status, error, failureClass, vendorCode) => {
    expect(classify(status, error)).toMatchObject({ class: failureClass, vendorCode });
  });

  it.each(['48', '-1s', 'soon', '1e9s', 5])('says nothing of waiting by %j', (retryDelay) => {
    const error = body(429, 'RESOURCE_EXHAUSTED', [{ '@type': type('RetryInfo'), retryDelay }]);
    expect(classify(429, error).retryAfterMs).toBeUndefined();
  });
});
