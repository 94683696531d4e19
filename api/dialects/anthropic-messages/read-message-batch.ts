import type { JsonObject } from '../../../workflows/contracts/json.js';
import { refused } from '../../http/refused-error.js';
import { checkStructure } from './check-structure.js';
import { describeIssue } from './describe-issue.js';
import { messageBatchSchema } from './message-batch.schema.js';

export interface BatchedMessage {
  readonly custom_id: string;
  readonly params: JsonObject;
}

/** The requests of a batch, none of which has the `custom_id` of another. @throws RefusalError `invalid_request`, with the place. */
export function readMessageBatch(body: unknown, maxRequests: number): readonly BatchedMessage[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refused('invalid_request', 'The body must be a JSON object.');
  }
  const read = messageBatchSchema.safeParse(body);
  if (!read.success) throw refused('invalid_request', describeIssue(read.error.issues, body).message);
  const requests = read.data.requests as readonly BatchedMessage[];
  if (requests.length > maxRequests) {
    throw refused('invalid_request', `requests: List should have at most ${maxRequests} items`);
  }
  const seen = new Set<string>();
  for (const [index, { custom_id: customId, params }] of requests.entries()) {
    const structure = checkStructure(params);
    if (structure) throw refused('invalid_request', `requests.${index}.params: ${structure.message}`);
    if (seen.has(customId)) {
      throw refused('invalid_request', `requests.${index}.custom_id: Must be unique within the batch`);
    }
    seen.add(customId);
  }
  return requests;
}
