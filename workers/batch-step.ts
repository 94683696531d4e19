import { ApplicationFailure, Context } from '@temporalio/activity';
import { BatchInputGoneError, StepStoppedError } from '../activities/batches/dependencies.js';

/** Against the ten seconds after which a step without one is taken for lost. */
const heartbeatEveryMs = 2_000;

/**
 * A step that says that it lives while it runs, and fails without an error's message, which may hold content. Whatever it
 * fails by may pass, as an object store that is away does, except for an input that is gone.
 */
export function asStep<Input, Result>(
  step: (input: Input) => Promise<Result>,
  onError: (error: unknown) => void,
): (input: Input) => Promise<Result> {
  return async (input) => {
    const context = Context.current();
    const beats = setInterval(() => context.heartbeat(), heartbeatEveryMs);
    try {
      return await step(input);
    } catch (error) {
      if (!(error instanceof StepStoppedError)) onError(error);
      const name = error instanceof Error ? error.name : 'not an Error';
      if (error instanceof BatchInputGoneError) throw ApplicationFailure.nonRetryable(`internal: ${name}`, 'internal');
      throw ApplicationFailure.retryable(`internal: ${name}`, 'internal');
    } finally {
      clearInterval(beats);
    }
  };
}
