import type { ChatCall, Dialect } from '../../workflows/contracts/call.js';
import type { RequestRecord, StoredAnswer } from '../../workflows/contracts/ports.js';
import { refused } from '../http/refused-error.js';
import { type CollectedAnswer, collectAnswer } from './collect-answer.js';
import type { ExecutionDependencies } from './execution.js';
import { followRequest } from './follow-request.js';
import { stopRequest } from './stop-request.js';

/** A stored answer's call and record; the answer itself may still be on its way. */
export interface StoredCall {
  readonly answer: StoredAnswer;
  readonly record: RequestRecord;
  readonly call: ChatCall;
}

type Deps = Pick<ExecutionDependencies, 'content' | 'requests' | 'storedAnswers'>;

/**
 * What this project stores under an id. One that it does not store, of another project or another dialect, and one that was
 * deleted or is over, are told alike. @throws RefusalError `answer_not_found`.
 */
export async function findStoredCall(
  deps: Deps,
  projectId: string,
  dialect: Dialect,
  requestId: string | undefined,
  where: { readonly param?: string } = {},
): Promise<StoredCall> {
  const answer = requestId === undefined ? undefined : await deps.storedAnswers.find(projectId, dialect, requestId);
  const stored = answer && (await openStored(deps, answer));
  if (stored) return stored;
  throw refused('answer_not_found', '', where);
}

/** Undefined where it was destroyed since it was found. */
export async function openStored(deps: Deps, answer: StoredAnswer): Promise<StoredCall | undefined> {
  const record = await deps.requests.find(answer.requestId);
  const call = record && (await deps.content.read(record.id, record.retention));
  return record && call?.kind === 'chat' ? { answer, record, call } : undefined;
}

/** Destroys what is stored, at once. A request that still runs is stopped, because nobody can have its answer any more. */
export async function destroyStored(
  deps: Deps & Parameters<typeof stopRequest>[0],
  record: RequestRecord,
): Promise<void> {
  await deps.storedAnswers.destroy(record.projectId, record.id);
  if (record.endedAt === undefined) await stopRequest(deps, record);
}

/** The answer once more, from its log; waits for one that still runs. Undefined where it is destroyed meanwhile. */
export async function readStoredAnswer(
  deps: ExecutionDependencies,
  { record }: Pick<StoredCall, 'record'>,
): Promise<CollectedAnswer | undefined> {
  const execution = await followRequest(deps, record);
  try {
    return await collectAnswer(execution);
  } finally {
    execution.leave();
  }
}
