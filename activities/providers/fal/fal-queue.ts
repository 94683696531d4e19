import type { JsonObject } from '../../../workflows/contracts/json.js';
import { badResponse } from '../json-answer.js';
import { asText } from '../json-fields.js';

/** An address that fal's queue has given for a request. The key goes to the vendor alone, whatever an answer names. */
export function queueAddress(submitted: JsonObject, field: string, root: string): string {
  const url = asText(submitted[field]);
  if (url === undefined || !URL.canParse(url) || new URL(url).origin !== new URL(root).origin) {
    throw badResponse('The vendor took the request without a task.');
  }
  return url;
}
