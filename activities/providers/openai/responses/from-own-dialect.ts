import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { readReasoningProof } from '../../../../workflows/domain/reasoning-proof.js';
import { asObject, asText } from '../../json-fields.js';
import { asArray } from '../../openai-compatible/chat/json-fields.js';
import type { Warnings } from '../../warnings.js';

/** Fields that the gateway answers for: the vendor keeps no answers of ours, and knows nothing of our own extensions. */
const GATEWAY_FIELDS = ['models', 'on_disconnect', 'session_id', 'previous_response_id', 'background', 'conversation'];

/** The body of a caller who speaks this dialect, as written but for what the gateway or another vendor must answer for. */
export function fromOwnDialect(source: JsonObject, warnings: Warnings): JsonObject {
  const body = Object.fromEntries(Object.entries(source).filter(([name]) => !GATEWAY_FIELDS.includes(name)));
  const items = asArray(body['input']);
  return items === undefined ? body : { ...body, input: items.flatMap((item) => toOwnItem(item, warnings)) };
}

/**
 * Reasoning goes back to the vendor that can check it only. Of its own the vendor needs the proof, because it has kept
 * nothing that an id alone could name: it refuses such an item, and with it the whole conversation.
 */
function toOwnItem(item: Json, warnings: Warnings): readonly Json[] {
  const fields = asObject(item);
  if (fields?.['type'] !== 'reasoning') return [item];
  const proof = asText(fields['encrypted_content']);
  const carried = proof === undefined ? undefined : readReasoningProof(proof);
  if (proof === undefined || (carried !== undefined && carried.vendor !== 'openai')) {
    warnings.add('ignored', 'input', 'Reasoning that this vendor has no proof of was left out.');
    return [];
  }
  if (carried === undefined) return [item];
  return [{ ...fields, ...(carried.id !== undefined && { id: carried.id }), encrypted_content: carried.data }];
}
