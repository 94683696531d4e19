import type { ReplyEvent } from '../../workflows/contracts/reply.js';

/** Reply events for tests. */
export function frameEvent(sequence: number, words = `${sequence} `, attempt = 1): ReplyEvent {
  const frame = { events: [{ type: 'text-delta' as const, choice: 0, block: 0, text: words }] };
  return { type: 'frame', attempt, sequence, frame };
}

export const answeredEvent: ReplyEvent = {
  type: 'answered',
  summary: {
    attempt: 1,
    offerId: 'acme/model',
    vendor: 'acme',
    usage: { units: { output: 3 }, source: 'reported' },
    chargeNanoUsd: '30',
  },
};

export const failedEvent: ReplyEvent = { type: 'failed', failure: { class: 'cut' }, detail: { message: 'broke off' } };

/** Where each event stands in its reply, to compare whole replies by. */
export const placesOf = (events: readonly ReplyEvent[]): readonly string[] =>
  events.map((event) => (event.type === 'frame' ? `${event.attempt}:${event.sequence}` : event.type));

/** Everything until the end, or the first `count` events. */
export async function readAll(events: AsyncIterable<ReplyEvent>, count = Infinity): Promise<readonly ReplyEvent[]> {
  const read: ReplyEvent[] = [];
  for await (const event of events) if (read.push(event) >= count) break;
  return read;
}
