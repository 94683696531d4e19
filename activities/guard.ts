import { ApplicationFailure } from '@temporalio/common';
import { isDatabaseUnavailable } from './storage/database.js';

/**
 * Makes an activity fail in two ways only: to be retried, where Postgres is away, or for good. Neither carries the
 * error's message, which may hold content and would be kept in the workflow's history.
 */
export function guard<Input, Result>(
  activity: (input: Input) => Promise<Result>,
  onError: (error: unknown) => void,
): (input: Input) => Promise<Result> {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      onError(error);
      if (isDatabaseUnavailable(error)) throw ApplicationFailure.retryable('Postgres is unavailable', 'unavailable');
      const name = error instanceof Error ? error.name : 'not an Error';
      throw ApplicationFailure.nonRetryable(`internal: ${name}`, 'internal');
    }
  };
}
