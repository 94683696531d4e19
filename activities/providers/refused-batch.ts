import type { FailureClass } from '../../workflows/contracts/failures.js';
import { ProviderFailure } from './port.js';

/** What a vendor says of a request that nobody else is to be asked for. */
const AT_FAULT: ReadonlySet<FailureClass> = new Set<FailureClass>([
  ...(['invalid_request', 'content_policy', 'request_too_large', 'context_length'] as const),
]);

/**
 * A hand-in that was refused before its lines were read, such as one of a model that has no batches, or by a role that may not: it says
 * nothing of any line, so that each goes on by itself. Throws what `asked` throws otherwise.
 */
export async function orRefusedBatch<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ProviderFailure) || !AT_FAULT.has(error.failure.class)) throw error;
    throw new ProviderFailure({ ...error.failure, class: 'model_not_found' }, error.detail);
  }
}
