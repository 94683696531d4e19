import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../../workflows/contracts/failures.js';
import { FAILURE_ROWS } from './failure-rows.js';
import { renderFailure, renderRefusal, renderRequestError } from './render-openai-error.js';

describe('renderRequestError', () => {
  it('is a 400 in OpenAI’s envelope', () => {
    expect(renderRequestError({ message: 'No.', param: 'n', code: 'invalid_type' })).toEqual({
      status: 400,
      headers: { 'x-should-retry': 'false' },
      body: { error: { message: 'No.', type: 'invalid_request_error', param: 'n', code: 'invalid_type' } },
    });
  });
});

describe('renderRefusal', () => {
  it('gives the figures of a 402 beside its message', () => {
    const details = { needed_usd: '0.5', available_usd: '0.2', held_usd: '0.1', max_affordable_output_tokens: 40 };
    expect(renderRefusal({ code: 'insufficient_funds', message: 'Needs more.', details })).toMatchObject({
      status: 402,
      body: { error: { ...details, message: 'Needs more.', param: null, code: 'insufficient_funds' } },
    });
  });

  it('says when to come back, in whole seconds and in milliseconds', () => {
    const { headers } = renderRefusal({ code: 'insufficient_funds', message: '', retryAfterMs: 1200 });
    expect(headers).toMatchObject({ 'retry-after': '2', 'retry-after-ms': '1200' });
  });

  it('lets no figure stand in for the message', () => {
    const { body } = renderRefusal({
      code: 'insufficient_funds',
      message: 'm',
      details: { message: 'other', code: 3 },
    });
    expect(body['error']).toMatchObject({ message: 'm', code: 'insufficient_funds' });
  });
});

describe('renderFailure', () => {
  it('gives the vendor’s words where they are about the request', () => {
    expect(
      renderFailure(
        { class: 'invalid_request', httpStatus: 400, vendorCode: 'bad_thing' },
        { message: 'Bad x.', param: 'x' },
      ),
    ).toEqual({
      status: 400,
      headers: { 'x-should-retry': 'false' },
      body: { error: { message: 'Bad x.', type: 'invalid_request_error', param: 'x', code: 'bad_thing' } },
    });
  });

  it.each<FailureClass>(['auth', 'permission', 'quota_exhausted', 'rate_limited', 'vendor_error'])(
    'keeps the vendor’s words about our account from the caller of a failure by %s',
    (name) => {
      const rendered = renderFailure({ class: name }, { message: 'Incorrect API key provided: sk-abc', param: 'key' });
      expect(JSON.stringify(rendered)).not.toContain('sk-abc');
      expect(rendered.body['error']).toMatchObject({ param: null, code: FAILURE_ROWS[name].code });
    },
  );

  it('tells a client of OpenAI not to repeat a call whose outcome is unknown', () => {
    expect(renderFailure({ class: 'lease_lapsed' }, { message: '' }).headers['x-should-retry']).toBe('false');
  });
});
