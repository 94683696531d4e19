import type { EndedBatchLine } from '../../../workflows/contracts/batches.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { describeLineProblem } from '../../../workflows/domain/batch-lines.js';
import type { LineAnswer } from '../../batches/line-answer.js';

/** A line of a batch's results (MessageBatchIndividualResponse): `succeeded`, `errored`, `canceled` or `expired`. */
export function renderMessageBatchLine({ number, customId, end }: EndedBatchLine, answer?: LineAnswer): JsonObject {
  return { custom_id: customId ?? null, result: resultOf(end, number, answer) };
}

function resultOf(end: EndedBatchLine['end'], number: number, answer: LineAnswer | undefined): JsonObject {
  if (end.state === 'canceled' || end.state === 'expired') return { type: end.state };
  if (answer) {
    const isMessage = end.state === 'succeeded' && answer.status === 200;
    return isMessage ? { type: 'succeeded', message: answer.body } : { type: 'errored', error: answer.body };
  }
  const isBroken = end.state === 'broken';
  const message = isBroken
    ? describeLineProblem(end.problem, number)
    : 'The result was destroyed before it was written.';
  const error = { type: isBroken ? 'invalid_request_error' : 'api_error', message };
  return { type: 'errored', error: { type: 'error', error, request_id: null } };
}
