import { describe, expect, it } from 'vitest';
import { isAskedFor, isEventPattern } from './event-types.js';

describe('an endpoint', () => {
  it.each([
    ['all', undefined, 'job.succeeded', true],
    ['the type', ['job.succeeded'], 'job.succeeded', true],
    ['its family', ['job.*'], 'job.succeeded', true],
    ['another type', ['job.failed'], 'job.succeeded', false],
    ['another family', ['budget.*'], 'job.succeeded', false],
    ['nothing', [], 'job.succeeded', false],
  ])('that asks for %s', (_, patterns, type, expected) => expect(isAskedFor(patterns, type)).toBe(expected));

  it('is not told of what is the installation’s own, nor of tests of others', () => {
    expect(isAskedFor(undefined, 'ledger.overshoot')).toBe(false);
    expect(isAskedFor(['ledger.*', 'ledger.overshoot'], 'ledger.overshoot')).toBe(false);
    expect(isAskedFor(undefined, 'webhook.test')).toBe(false);
  });
});

describe('what can be asked for', () => {
  it.each(['job.*', 'job.succeeded', 'api_key.*'])('is %s', (text) => expect(isEventPattern(text)).toBe(true));

  it.each(['*', 'job', 'job.', 'job.*.x', 'JOB.*', 'ledger.overshoot', 'ledger.*', 'constructor', ''])(
    'is not %j',
    (text) => expect(isEventPattern(text)).toBe(false),
  );
});
