import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { AnswerSummary, ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { FakeWorld } from './fake-world.js';

export const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'sandbox/echo',
  vendor: 'sandbox',
  usage: { units: { input: 7, output: 3 }, source: 'reported' },
  chargeNanoUsd: '2500000',
};

export function frame(sequence: number, ...events: AnswerEvent[]): ReplyEvent {
  return { type: 'frame', attempt: 1, sequence, frame: { events } };
}

export function textFrame(sequence: number, text: string): ReplyEvent {
  return frame(sequence, { type: 'text-delta', choice: 0, block: 0, text });
}

export function stopFrame(sequence: number): ReplyEvent {
  return frame(sequence, { type: 'finish', choice: 0, reason: { unified: 'stop', raw: 'stop' } });
}

/** A whole answer in these pieces, with everything that a workflow writes besides. */
export async function answer(world: FakeWorld, input: RequestInput, pieces: readonly string[]): Promise<void> {
  const { requestId } = input;
  world.directory.reserve(input);
  let sequence = 0;
  for (const piece of pieces) await world.replies.push(requestId, textFrame(sequence++, piece));
  await world.replies.push(requestId, stopFrame(sequence));
  endRecord(world, input);
  await world.replies.push(requestId, { type: 'answered', summary: SUMMARY });
}

/** The record of a request that was answered and settled. */
export function endRecord(world: FakeWorld, { requestId, keyed }: RequestInput): void {
  world.directory.update(requestId, {
    state: 'settled',
    chargedNanoUsd: SUMMARY.chargeNanoUsd,
    vendor: SUMMARY.vendor,
    model: 'echo',
    endedAt: new Date().toISOString(),
    ...(keyed && { answerExpiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
  });
}
