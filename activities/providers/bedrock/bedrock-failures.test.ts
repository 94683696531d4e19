import { describe, expect, it } from 'vitest';
import { classifyHttpFailure } from '../classify-failure.js';

const classOf = (status: number, name: string | undefined, message: string): string => {
  const headers =
    name === undefined ? {} : { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon/` };
  return classifyHttpFailure({ status, headers, body: { message }, nowMs: 0 }).failure.class;
};

describe('a refusal of Bedrock', () => {
  // Names and statuses of the service model, and those that all services of AWS share.
  it.each([
    [400, 'ValidationException', 'invalid_request'],
    [400, 'ServiceQuotaExceededException', 'rate_limited'],
    [403, 'AccessDeniedException', 'permission'],
    [403, 'UnrecognizedClientException', 'auth'],
    [403, 'ExpiredTokenException', 'auth'],
    [403, 'InvalidSignatureException', 'auth'],
    [403, 'MissingAuthenticationTokenException', 'auth'],
    [404, 'ResourceNotFoundException', 'model_not_found'],
    [408, 'ModelTimeoutException', 'timeout_first_token'],
    [424, 'ModelErrorException', 'vendor_error'],
    [424, 'ModelStreamErrorException', 'vendor_error'],
    [429, 'ThrottlingException', 'rate_limited'],
    [429, 'ModelNotReadyException', 'overloaded'],
    [500, 'InternalServerException', 'vendor_error'],
    [503, 'ServiceUnavailableException', 'overloaded'],
  ])('HTTP %i, %s, is %s', (status, name, failureClass) => {
    expect(classOf(status, name, 'no')).toBe(failureClass);
  });

  it.each([
    ['Input is too long for requested model.', 'context_length'],
    ['Input Tokens Exceeded: Number of input tokens exceeds maximum length.', 'context_length'],
    ['The model returned the following errors: prompt is too long: 215000 tokens > 200000 maximum', 'context_length'],
    ['The provided model identifier is invalid.', 'model_not_found'],
    [
      'Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID',
      'model_not_found',
    ],
    ['The text field in the ContentBlock object is blank.', 'invalid_request'],
  ])('that says %j is %s', (message, failureClass) => {
    expect(classOf(400, 'ValidationException', message)).toBe(failureClass);
    expect(classOf(400, undefined, message)).toBe(failureClass);
  });
});
