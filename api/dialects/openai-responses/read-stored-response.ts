import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AppDependencies } from '../../dependencies.js';
import { refused } from '../../http/refused-error.js';
import { readStoredAnswer, type StoredCall } from '../../requests/stored-calls.js';
import { renderStored, renderUnfinished } from './render-stored-response.js';

/** A stored response as it is now, without waiting for it. */
export async function renderStoredNow(
  deps: AppDependencies,
  stored: Pick<StoredCall, 'record' | 'call'>,
): Promise<JsonObject> {
  return stored.record.endedAt === undefined ? renderUnfinished(stored) : readWhole(deps, stored);
}

/** Waits for the end of one that still runs. */
export async function readWhole(
  deps: AppDependencies,
  stored: Pick<StoredCall, 'record' | 'call'>,
): Promise<JsonObject> {
  const collected = await readStoredAnswer(deps, stored);
  if (collected === undefined) throw refused('answer_not_found');
  return renderStored(stored, collected);
}
