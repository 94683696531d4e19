import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';
import { createWarnings } from '../../warnings.js';

/** The gateway's own fields, which no vendor is told. */
const OURS: ReadonlySet<string> = new Set([
  'models',
  'provider',
  'include_route',
  'on_disconnect',
  'session_id',
  'input_type',
]);

/** The body of the vendor's request: the caller's own where it speaks this dialect, with the offer's name for the model. */
export function toOpenAiEmbeddings({ call, offer }: MediaAttempt<EmbeddingCall>): {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
} {
  const warnings = createWarnings();
  if (call.purpose !== undefined)
    warnings.add('ignored', 'input_type', 'The vendor embeds questions and documents alike.');
  if (call.source.dialect === 'openai-embeddings') {
    const kept = Object.entries(call.source.body).filter(([name]) => !OURS.has(name));
    return { body: { ...Object.fromEntries(kept), model: offer.vendorModel }, warnings: warnings.list() };
  }
  return { body: fromCanonical(call, offer.vendorModel), warnings: warnings.list() };
}

function fromCanonical({ inputs, dimensions, endUser }: EmbeddingCall, model: string): JsonObject {
  const input = inputs.map((one, index) => {
    if (one.type === 'image') throw refuseCall('The vendor embeds text only. Leave the image out.', `input[${index}]`);
    return one.type === 'text' ? one.text : [...one.ids];
  });
  return {
    model,
    input,
    ...(dimensions !== undefined && { dimensions }),
    ...(endUser !== undefined && { user: endUser }),
  };
}
