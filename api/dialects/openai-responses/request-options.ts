import type { OnDisconnect } from '../../../workflows/contracts/requests.js';
import { modelsNamed } from '../shared/models-named.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';

/** What the gateway itself reads of a request: the rest is between the caller and the vendor. */
export interface RequestOptions {
  /** Models in order of preference without repetition. At least one. */
  readonly models: readonly string[];
  readonly stream: boolean;
  /** Absent where the caller did not say; the default depends on the idempotency key, which is a header. */
  readonly onDisconnect?: OnDisconnect;
  readonly sessionId?: string;
  /** As at OpenAI, where a caller who says nothing of it has the answer stored. */
  readonly store?: 'asked' | 'default';
  readonly background: boolean;
}

export function toRequestOptions(parsed: ParsedResponsesRequest): RequestOptions {
  const { fields } = parsed;
  return {
    models: [...new Set(modelsNamed(parsed.fields).map(({ name }) => name))],
    stream: fields.stream === true,
    background: fields.background === true,
    ...(fields.store !== false && { store: fields.store === true ? 'asked' : 'default' }),
    ...(fields.on_disconnect != null && { onDisconnect: fields.on_disconnect }),
    ...(fields.session_id != null && { sessionId: fields.session_id }),
  };
}
