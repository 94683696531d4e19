import { describe, expect, it } from 'vitest';
import { gatewayError, gatewayErrors, isGatewayErrorCode } from './errors.js';

const rows = Object.entries(gatewayErrors);

describe('gatewayErrors', () => {
  it.each(rows)('%s is a refusal that says what to do', (code, row) => {
    expect(code).toMatch(/^[a-z_]{1,64}$/);
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.status).toBeLessThan(600);
    expect(row.openaiType === 'server_error').toBe(row.status >= 500);
    // Two sentences: what is wrong, and what to do.
    expect(row.message).toMatch(/^[A-Z].*[.]( [A-Z].*[.])?$/);
    if (row.retryable) expect([409, 429, 503]).toContain(row.status);
    if (row.status === 503) expect(row.retryable).toBe(true);
  });

  it.each([
    ['missing_api_key', 401],
    ['invalid_api_key', 401],
    ['revoked_api_key', 401],
    ['admin_key_required', 403],
    ['inference_key_required', 403],
    ['model_not_found', 404],
    ['not_found', 404],
    ['method_not_allowed', 405],
    ['insufficient_funds', 402],
    ['unbounded', 400],
    ['output_cap_too_large', 400],
    ['idempotency_key_reused', 422],
    ['answer_expired', 409],
    ['body_too_large', 413],
    ['rate_limit_exceeded', 429],
    ['request_exceeds_rate_limit', 429],
    ['too_many_in_flight', 503],
    ['not_implemented', 501],
    ['internal_error', 500],
  ] as const)('%s is %d', (code, status) => {
    expect(gatewayErrors[code].status).toBe(status);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(gatewayErrors)).toBe(true);
    expect(rows.every(([, row]) => Object.isFrozen(row))).toBe(true);
  });

  it.each(['nonsense', '', 'toString', '__proto__'])('tells %j as an internal error', (code) => {
    expect(isGatewayErrorCode(code)).toBe(false);
    expect(gatewayError(code)).toBe(gatewayErrors.internal_error);
  });
});
