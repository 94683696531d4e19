import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { OpenAiCompatibleProfile } from './profile.js';

/**
 * The body without leave for the vendor to keep the answer, which is not the caller's to give: the one place that decides
 * it. OpenAI keeps answers of new accounts unless it is told not to. `metadata` labels kept answers there, and is refused
 * without `store`; here the gateway itself has read it, as the request's labels.
 */
export function withoutStorage(
  body: JsonObject,
  { storesAnswers }: OpenAiCompatibleProfile,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const { store, metadata: _metadata, ...others } = body;
  const detail = 'The vendor was told not to keep the answer; the gateway does not let it.';
  return {
    body: { ...others, ...(storesAnswers && { store: false }) },
    warnings: store === true ? [{ type: 'unsupported', feature: 'store', detail }] : [],
  };
}
