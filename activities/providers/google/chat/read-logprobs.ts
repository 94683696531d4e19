import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects, asText } from '../../json-fields.js';

/**
 * `logprobsResult` in OpenAI's form: chosen tokens, each with its alternatives
 * (https://ai.google.dev/api/generate-content#LogprobsResult).
 */
export function readLogprobs(result: JsonObject | undefined): readonly JsonObject[] {
  const alternatives = asObjects(result?.['topCandidates']);
  return asObjects(result?.['chosenCandidates']).map((chosen, index) => ({
    ...toToken(chosen),
    top_logprobs: asObjects(asObject(alternatives[index])?.['candidates']).map(toToken),
  }));
}

function toToken(candidate: JsonObject): JsonObject {
  const token = asText(candidate['token']) ?? '';
  const { logProbability } = candidate;
  // A zero is not written.
  return { token, logprob: typeof logProbability === 'number' ? logProbability : 0, bytes: [...Buffer.from(token)] };
}
