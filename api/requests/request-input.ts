import type { FastifyRequest } from 'fastify';
import type { Kind } from '../../workflows/contracts/kinds.js';
import type { JobTerms } from '../../workflows/contracts/job-terms.js';
import type { OnDisconnect, RequestInput } from '../../workflows/contracts/requests.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';

/** What a request of any kind says of itself, once its dialect has read it. */
export interface RequestFacts extends Pick<
  RequestInput,
  'models' | 'demand' | 'stream' | 'keyed' | 'stored' | 'routing' | 'affinity' | 'auto'
> {
  readonly kind: Kind;
  /** Absent where the caller did not say. */
  readonly onDisconnect?: OnDisconnect;
  readonly job: JobTerms | undefined;
}

/** The workflow's input: who calls and by which policy, with ids, sizes and limits, and no content. */
export function toRequestInput(
  { settings, instanceId }: Pick<AppDependencies, 'settings' | 'instanceId'>,
  request: FastifyRequest,
  { kind, job, keyed, stored, onDisconnect, ...facts }: RequestFacts,
): RequestInput {
  const caller = callerOf(request);
  const { firstTokenMs, totalMs, slowReaderMs } = settings.timeouts;
  const { attemptMs } = settings.jobs;
  return {
    requestId: request.id,
    kind,
    lane: job ? 'job' : 'interactive',
    ...(job && { job }),
    organizationId: caller.organizationId,
    projectId: caller.projectId,
    keyId: caller.keyId,
    ...(caller.teamIds && { teamIds: caller.teamIds }),
    ...(caller.userId !== undefined && { userId: caller.userId }),
    ...(caller.mode && { mode: caller.mode }),
    ...(caller.restrictions && { restrictions: caller.restrictions }),
    holder: instanceId,
    retention: keyed || stored === true || job ? 'kept' : 'interactive',
    keyed,
    ...(stored === true && { stored }),
    // Whoever sends a key, or asks for a job, means to come back for the answer.
    onDisconnect: job ? 'finish' : (onDisconnect ?? (keyed ? 'finish' : 'cancel')),
    ...facts,
    deadlines: job
      ? { firstTokenMs: attemptMs, totalMs: attemptMs, slowReaderMs }
      : { firstTokenMs, totalMs, slowReaderMs },
  };
}
