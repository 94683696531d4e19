import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { AnswerSummary, ReplyEvent } from '../../workflows/contracts/reply.js';

/** What a caller is told of a request whose record has ended without the end having reached this process. */
export function toLostAnswer(record: RequestRecord): ReplyEvent {
  const summary = summaryOf(record);
  return {
    type: 'failed',
    failure: { class: failureClassOf(record) },
    detail: { message: '' },
    ...(summary && { summary }),
  };
}

/** An answer that was charged but not heard of counts as one whose outcome is unknown: asking again may cost again. */
function failureClassOf(record: RequestRecord): FailureClass {
  // The column is written from the same closed list.
  if (record.failureClass !== undefined) return record.failureClass as FailureClass;
  return record.state === 'settled' ? 'lease_lapsed' : 'internal';
}

function summaryOf({ attempts, chargedNanoUsd }: RequestRecord): AnswerSummary | undefined {
  const last = attempts.at(-1);
  if (last === undefined || chargedNanoUsd === undefined || chargedNanoUsd === '0') return undefined;
  const { number: attempt, offerId, vendor, usage = { units: {}, source: 'none' } } = last;
  return { attempt, offerId, vendor, usage, chargeNanoUsd: chargedNanoUsd };
}
