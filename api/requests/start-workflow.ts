import type { RequestStarter } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Log } from '../dependencies.js';
import { RefusedError } from '../http/refused-error.js';
import { errorFields } from '../http/to-refusal.js';

/** Time after which a Temporal that could not be reached may well be back. */
const RETRY_AFTER_MS = 2_000;

/** Starts a request's workflow; whatever keeps it from starting is told as `unavailable`. */
export async function startWorkflow(
  deps: { readonly starter: RequestStarter; readonly log: Log },
  input: RequestInput,
): Promise<{ readonly eager: boolean }> {
  try {
    return await deps.starter.start(input);
  } catch (error) {
    deps.log.error({ requestId: input.requestId, ...errorFields(error) }, 'the workflow could not be started');
    const refusal = { code: 'unavailable', message: '', retryAfterMs: RETRY_AFTER_MS };
    throw new RefusedError(refusal, { headers: { 'x-request-id': input.requestId }, cause: error });
  }
}
