import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gatewayErrors } from '../../../workflows/domain/errors.js';
import { FAILURE_ROWS } from './failure-rows.js';
import { renderFailure, renderRefusal, renderRequestError } from './render-error.js';

describe('an error in this dialect', () => {
  it('has the type that its clients know for its status', () => {
    const typeOf = (code: string) => {
      const { status, body } = renderRefusal({ code, message: '' }, 'req_1');
      return [status, (body['error'] as { readonly type: string }).type];
    };
    expect(['invalid_api_key', 'insufficient_funds', 'model_not_found', 'rate_limit_exceeded'].map(typeOf)).toEqual([
      [401, 'authentication_error'],
      [402, 'billing_error'],
      [404, 'not_found_error'],
      [429, 'rate_limit_error'],
    ]);
    for (const code of Object.keys(gatewayErrors)) expect(typeOf(code)[1]).toMatch(/_error$|^request_too_large$/);
  });

  it('tells the field, the figures and the time to wait', () => {
    const details = { needed_usd: '1' };
    const refusal = { code: 'rate_limit_exceeded', message: 'Wait.', param: 'models[0]', retryAfterMs: 1_500, details };
    expect(renderRefusal(refusal, 'req_1')).toEqual({
      status: 429,
      headers: { 'request-id': 'req_1', 'x-should-retry': 'true', 'retry-after': '2', 'retry-after-ms': '1500' },
      body: {
        type: 'error',
        error: { needed_usd: '1', type: 'rate_limit_error', message: 'models.0: Wait.' },
        request_id: 'req_1',
      },
    });
    expect(renderRequestError({ message: 'm' }, 'req_1')).toMatchObject({ status: 400, body: { type: 'error' } });
  });

  it('has the vendor’s words about the request, and none about our account', () => {
    const words = (failureClass: 'context_length' | 'auth') => {
      const { body } = renderFailure({ class: failureClass }, { message: 'vendor words' }, 'req_1');
      return (body['error'] as { readonly message: string }).message;
    };
    expect(words('context_length')).toBe('vendor words');
    expect(words('auth')).not.toContain('vendor words');
  });

  it('is documented', () => {
    const page = readFileSync('docs/errors.md', 'utf8');
    const documented = [...page.matchAll(/^\| (\w+) \| (\d{3}) \| `(\w+)` \| (yes|no) \|$/gm)].map(
      ([, name, status, type, retry]) => [name, Number(status), type, retry],
    );
    const rows = Object.entries(FAILURE_ROWS).map(([name, row]) => [
      ...[name, row.status, row.type, row.retryable ? 'yes' : 'no'],
    ]);
    expect(documented).toEqual(rows);
  });
});
