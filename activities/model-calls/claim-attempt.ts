import { setTimeout as sleep } from 'node:timers/promises';
import { type Claim, createAttemptRows } from './attempt-rows.js';
import type { AttemptContext } from './attempt-context.js';

const lookEveryMs = 250;

/** Claims the attempt, waiting for as long as another execution holds it. */
export async function claimAttempt(context: AttemptContext): Promise<Exclude<Claim, { status: 'held' }>> {
  const { input, owner, database, cancelled, heartbeat } = context;
  const rows = createAttemptRows(database);
  for (;;) {
    const claim = await rows.claim(input.request.requestId, input.number, input.candidate, owner);
    if (claim.status !== 'held') return claim;
    heartbeat();
    // Again with each look: the process that sends may have been deaf for a moment.
    if (cancelled.aborted) await rows.askToStop(input.request.requestId);
    await sleep(lookEveryMs);
  }
}
