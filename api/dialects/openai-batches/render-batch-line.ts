import type { EndedBatchLine } from '../../../workflows/contracts/batches.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { describeLineProblem } from '../../../workflows/domain/batch-lines.js';
import type { LineAnswer } from '../../batches/line-answer.js';

/** A line of an output or an error file: OpenAI's `{id, custom_id, response, error}`, of which one of the last two is null. */
export function renderBatchLine({ batch, number, customId, end }: EndedBatchLine, answer?: LineAnswer): JsonObject {
  const line = { id: `batch_req_${batch.id.slice(batch.id.indexOf('_') + 1)}_${number}`, custom_id: customId ?? null };
  if (answer) {
    const { status, requestId, body } = answer;
    return { ...line, response: { status_code: status, request_id: requestId, body }, error: null };
  }
  return { ...line, response: null, error: errorOf(end, number) };
}

/** Why there is no response. What stands for the batch as a whole has OpenAI's codes; a broken line is named. */
function errorOf(end: EndedBatchLine['end'], line: number): JsonObject {
  switch (end.state) {
    case 'canceled':
      return { code: 'batch_cancelled', message: 'This request was not executed because the batch was cancelled.' };
    case 'expired':
      return {
        code: 'batch_expired',
        message: 'This request could not be executed before the completion window expired.',
      };
    case 'broken':
      return { code: end.problem, message: describeLineProblem(end.problem, line), line };
    case 'succeeded':
    case 'failed':
    case 'refused':
      return { code: 'result_expired', message: "The request's result was destroyed before it could be written." };
  }
}
