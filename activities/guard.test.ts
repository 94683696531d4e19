import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { guard } from './guard.js';

/** What a guarded activity fails with where its work throws this, and what was told of it here. */
async function failureOf(thrown: unknown): Promise<{ readonly failure: ApplicationFailure; readonly told: unknown[] }> {
  const told: unknown[] = [];
  const activity = guard(
    () => Promise.reject(thrown as Error),
    (error) => told.push(error),
  );
  const failure = await activity('input').catch((error: unknown) => error);
  if (!(failure instanceof ApplicationFailure)) throw new Error('not an ApplicationFailure');
  return { failure, told };
}

/** Everything of a failure that Temporal would keep. */
const keptOf = ({ message, type, details, cause, failure, stack }: ApplicationFailure): string =>
  JSON.stringify({ message, type, details, cause: cause?.message, failure, stack });

describe('a guarded activity', () => {
  it('gives what the activity gives', async () => {
    const double = guard(
      async (count: number) => 2 * count,
      () => {},
    );
    expect(await double(21)).toBe(42);
  });

  it('is tried again where Postgres is away', async () => {
    const error = Object.assign(new Error('connect ECONNREFUSED secret-host'), { code: 'ECONNREFUSED' });
    const { failure, told } = await failureOf(error);
    expect(failure).toMatchObject({ nonRetryable: false, type: 'unavailable' });
    expect(keptOf(failure)).not.toContain('secret-host');
    expect(told).toEqual([error]);
  });

  it.each<[string, unknown, string]>([
    ['a bug', new TypeError('cannot read "secret prompt"'), 'internal: TypeError'],
    ['a refused row', Object.assign(new Error('row (secret prompt)'), { code: '23505' }), 'internal: Error'],
    ['no error at all', 'secret prompt', 'internal: not an Error'],
    ['an error within', new Error('x', { cause: new Error('secret prompt') }), 'internal: Error'],
    [
      "another activity's failure",
      ApplicationFailure.retryable('secret prompt', 'secret prompt'),
      'internal: ApplicationFailure',
    ],
  ])('fails for good, without the message, by %s', async (_, thrown, message) => {
    const { failure, told } = await failureOf(thrown);
    expect(failure).toMatchObject({ nonRetryable: true, type: 'internal', message });
    expect(keptOf(failure)).not.toContain('secret');
    expect(told).toEqual([thrown]);
  });
});
