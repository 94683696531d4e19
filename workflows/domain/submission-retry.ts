import type { SubmissionAnswer } from '../contracts/submissions.js';

/** Where an answer does not say how long. */
const USUAL_MS = 1_000;
const [SHORTEST_MS, LONGEST_MS] = [250, 60_000];

/**
 * After how many milliseconds to submit once more what was not taken; `undefined` for a refusal that stands. A rate limit, a process
 * that is full or stops and a database that is away pass, and say so themselves (`retryable` in the table of errors); a request
 * that is larger than a whole rate limit is a 429 that will never pass.
 */
export function submitAgainAfterMs({
  status,
  headers,
}: Pick<SubmissionAnswer, 'status' | 'headers'>): number | undefined {
  if ((status !== 429 && status !== 503) || headers['x-should-retry'] !== 'true') return undefined;
  const told = Number(headers['retry-after-ms'] ?? USUAL_MS);
  return Math.min(Math.max(Number.isFinite(told) ? told : USUAL_MS, SHORTEST_MS), LONGEST_MS);
}
