import type { RequestInput } from '../../workflows/contracts/requests.js';
import { rateLimitHeaders } from '../../workflows/domain/rate-limit-answers.js';
import { warnOf } from './backstop-options.js';
import { limited } from './execute-request.js';
import type { ExecutionDependencies } from './execution.js';

/** What a question to a vendor takes of limits on tokens and media: nothing. */
const NO_DEMAND: RequestInput['demand'] = {
  inputBytes: 0,
  textBytes: 0,
  images: 0,
  unboundedMedia: false,
  maxOutputTokens: 0,
  choices: 1,
  searches: 0,
  needs: [],
};

export interface CountedResult<T> {
  readonly value: T;
  /** How the rate limits stand. Names in lower case. */
  readonly headers: { readonly [name: string]: string };
}

/**
 * Does what is no request of its own but counts as one in the rate limits, so that nobody reaches a vendor past them.
 * Throws `rate_limit_exceeded`.
 */
export async function countedAsRequest<T>(
  deps: Pick<ExecutionDependencies, 'rateLimits' | 'log'>,
  input: RequestInput,
  work: () => Promise<T>,
): Promise<CountedResult<T>> {
  const take = await deps.rateLimits.prepare({ ...input, demand: NO_DEMAND });
  if (take === undefined) return { value: await work(), headers: {} };
  const taken = await deps.rateLimits.take(take);
  if (taken.status === 'refused') throw limited(taken);
  try {
    return { value: await work(), headers: rateLimitHeaders(taken.standings) };
  } finally {
    const { requestId } = input;
    deps.rateLimits.giveBack(requestId).catch(warnOf(deps.log, requestId, 'a rate limit was not given back'));
  }
}
