import type { Caller } from '../../../workflows/contracts/ports.js';
import type { InferenceCaller } from '../../http/authenticate.js';
import { refused } from '../../http/refused-error.js';
import type { ExecutionDependencies } from '../../requests/execution.js';
import { findStoredCall, readStoredAnswer } from '../../requests/stored-calls.js';
import { asObjects } from '../shared/json-fields.js';
import { inputItemsOf } from './input-items.js';
import { requestOfResponse } from './render-context.js';
import { renderResponse } from './render-response.js';
import { storedContext } from './responses-renderer.js';
import type { PreviousTurn } from './to-responses-call.js';

/**
 * The conversation up to a stored response, its own output included. One look-up, however many turns there were: each
 * stored call holds its whole input.
 *
 * Throws `RefusalError` with `previous_response_id` as its field: `invalid_request` where the project stores nothing or the
 * response failed, `answer_not_found`, `answer_unfinished`.
 */
export async function findPrevious(
  deps: ExecutionDependencies,
  caller: InferenceCaller,
  responseId: string | null | undefined,
): Promise<PreviousTurn | undefined> {
  if (responseId == null) return undefined;
  requireStoring(caller);
  const requestId = requestOfResponse(responseId);
  const stored = await findStoredCall(deps, caller.projectId, 'openai-responses', requestId, PARAM);
  const { record, call } = stored;
  if (record.endedAt === undefined) throw refused('answer_unfinished', '', PARAM);
  const collected = await readStoredAnswer(deps, stored);
  if (collected === undefined) throw refused('answer_not_found', '', PARAM);
  if (collected.event.type !== 'answered') throw refused('invalid_request', FAILED, PARAM);
  const response = renderResponse(collected.frames, collected.event.summary, storedContext(record, call));
  return { responseId, items: [...inputItemsOf(call, record.id), ...asObjects(response['output'])] };
}

function requireStoring({ storedAnswerRetentionMs }: Caller): void {
  if (storedAnswerRetentionMs === undefined) throw refused('invalid_request', NOT_STORING, PARAM);
}

const PARAM = { param: 'previous_response_id' };
const NOT_STORING =
  "Unsupported parameter: 'previous_response_id': the project stores no answers, because it has no " +
  "'stored_answer_retention_ms'. Send the whole conversation as input items.";
const FAILED = 'The response that this one is to go on from has failed. Go on from the one before it.';
