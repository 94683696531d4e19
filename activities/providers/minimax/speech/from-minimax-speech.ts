import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount, asObject, asText } from '../../json-fields.js';
import type { PieceStep } from '../../read-event-pieces.js';

/** https://platform.minimax.io/docs/api-reference/errorcode, in words that our classes are told by. */
const ERRORS: { readonly [code: number]: { readonly type: string; readonly code: string } } = {
  1002: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  1004: { type: 'authentication_error', code: 'invalid_api_key' },
  1008: { type: 'insufficient_quota', code: 'insufficient_quota' },
  1039: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  1042: { type: 'invalid_request_error', code: 'invalid_value' },
  2013: { type: 'invalid_request_error', code: 'invalid_value' },
  2049: { type: 'authentication_error', code: 'invalid_api_key' },
};

/** One event, or a whole answer, of which both have the same fields: hex in `data.audio`, and `status` 2 in the last. */
export function readMiniMaxEvent(event: JsonObject): {
  readonly steps: readonly PieceStep[];
  readonly characters?: number | undefined;
} {
  const base = asObject(event['base_resp']);
  const status = asCount(base?.['status_code']) ?? 0;
  if (status !== 0) {
    const message = asText(base?.['status_msg']) ?? '';
    const error = { message, ...(ERRORS[status] ?? { type: 'server_error', code: String(status) }) };
    return { steps: [{ type: 'failed', body: { error } }] };
  }
  const data = asObject(event['data']);
  const sound = Buffer.from(asText(data?.['audio']) ?? '', 'hex');
  const steps: PieceStep[] = sound.length > 0 ? [{ type: 'piece', bytes: sound }] : [];
  if (data?.['status'] === 2) steps.push({ type: 'done' });
  return { steps, characters: asCount(asObject(event['extra_info'])?.['usage_characters']) };
}
