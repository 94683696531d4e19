import type { OnDisconnect } from '../../../workflows/contracts/requests.js';
import type { NamedModel } from '../../requests/check-models.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';

/** `model`, then `models`, each with the field that names it. */
export function namedModels({ fields }: ParsedResponsesRequest): readonly NamedModel[] {
  return [
    ...(fields.model == null ? [] : [{ name: fields.model, param: 'model' }]),
    ...(fields.models ?? []).map((name, index) => ({ name, param: `models[${index}]` })),
  ];
}

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
    models: [...new Set(namedModels(parsed).map(({ name }) => name))],
    stream: fields.stream === true,
    background: fields.background === true,
    ...(fields.store !== false && { store: fields.store === true ? 'asked' : 'default' }),
    ...(fields.on_disconnect != null && { onDisconnect: fields.on_disconnect }),
    ...(fields.session_id != null && { sessionId: fields.session_id }),
  };
}
