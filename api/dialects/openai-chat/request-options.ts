import type { OnDisconnect } from '../../../workflows/contracts/requests.js';
import type { ParsedChatRequest } from './parse-chat-request.js';

/** What the gateway itself reads of a request: the rest is between the caller and the vendor. */
export interface RequestOptions {
  /** Models in order of preference without repetition: `model` first, then `models`. At least one. */
  readonly models: readonly string[];
  readonly stream: boolean;
  /** Whether a stream ends with a chunk of usage and cost. */
  readonly includeUsage: boolean;
  /** Absent where the caller did not say; the default depends on the idempotency key, which is a header. */
  readonly onDisconnect?: OnDisconnect;
  readonly sessionId?: string;
  /** The answer is to be kept under its id, because the caller says so. */
  readonly store?: 'asked';
  readonly metadata: { readonly [key: string]: string };
  /** Whether the caller declared `functions` instead of `tools`, and so reads `function_call` in the answer. */
  readonly legacyFunctions: boolean;
}

export function toRequestOptions({ fields }: ParsedChatRequest): RequestOptions {
  const models = [fields.model, ...(fields.models ?? [])].filter((model) => model != null);
  return {
    models: [...new Set(models)],
    stream: fields.stream === true,
    includeUsage: fields.stream_options?.include_usage === true,
    ...(fields.on_disconnect != null && { onDisconnect: fields.on_disconnect }),
    ...(fields.session_id != null && { sessionId: fields.session_id }),
    ...(fields.store === true && { store: 'asked' }),
    metadata: fields.metadata ?? {},
    legacyFunctions: (fields.functions?.length ?? 0) > 0 && (fields.tools?.length ?? 0) === 0,
  };
}
