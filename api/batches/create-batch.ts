import type { FastifyRequest } from 'fastify';
import type { Batch, BatchDialect, NewBatch } from '../../workflows/contracts/batches.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { refused } from '../http/refused-error.js';
import { warnOf } from '../requests/backstop-options.js';
import { callerKeyOf } from '../requests/idempotency-key.js';

type Asked = Omit<NewBatch, 'organizationId' | 'projectId' | 'keyId' | 'key' | 'native'> & {
  /** What its caller says about vendors' own batches; absent where nothing. */
  readonly native: boolean | undefined;
  /** What a new batch needs; one that is repeated under its key does not need it any more. */
  readonly check?: () => Promise<void>;
};

/** A batch's caller comes back for the results of its lines, which are kept as answers are. @throws RefusalError `job_not_kept`. */
export function checkKept(request: FastifyRequest): void {
  if (callerOf(request).answerHoldMs > 0) return;
  const message =
    'This project has no answer kept (`answer_hold_ms` is 0), and the results of a batch are come back for. Send its requests one by one.';
  throw refused('job_not_kept', message);
}

/**
 * Stores a batch and has its workflow started: from the storing on it is accepted, and where Temporal is away it is started
 * later. @throws RefusalError `idempotency_key_reused`, `invalid_idempotency_key`.
 */
export async function createBatch(
  deps: AppDependencies,
  request: FastifyRequest,
  { check, ...asked }: Asked,
): Promise<Batch> {
  const { organizationId, projectId, keyId } = callerOf(request);
  const key = callerKeyOf(request, callerOf(request), undefined);
  const { dialect } = asked;
  const repeated = check && key && (await deps.batches.findRepeated({ projectId, dialect, key }));
  if (!repeated) await check?.();
  const { native: isOn, nativeFromMs } = deps.settings.batches;
  // Vendors promise their own batches within a day: what is to be done sooner is run by its lines.
  const native = isOn && asked.native !== false && asked.windowMs >= nativeFromMs;
  const owner = { organizationId, projectId, keyId, ...(key && { key }) };
  const batch = repeated ?? (await deps.batches.create({ ...asked, native, ...owner }));
  if (batch.endedAt === undefined) {
    await deps.batchStarter.start(batch.id).catch(warnOf(deps.log, request.id, 'a batch waits for its start'));
  }
  return batch;
}

/** Asks for a batch's end; one that has ended is given as it is. @throws RefusalError `batch_not_found`. */
export async function cancelBatch(
  deps: AppDependencies,
  request: FastifyRequest,
  dialect: BatchDialect,
  id: string,
): Promise<Batch> {
  const batch = await deps.batches.cancel(callerOf(request).projectId, dialect, id);
  if (batch === undefined) throw refused('batch_not_found');
  if (batch.status === 'cancelling') {
    await deps.batchStarter.wake(batch.id).catch(warnOf(deps.log, request.id, 'a batch waits for its cancellation'));
  }
  return batch;
}
