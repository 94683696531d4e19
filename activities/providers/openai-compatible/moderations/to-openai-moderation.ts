import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ModerationCall, ModerationInput } from '../../../../workflows/contracts/media-calls.js';
import type { MediaAttempt } from '../../port.js';
import { refuseCall } from '../../refuse-call.js';

/** The gateway's own fields, which no vendor is told. */
const OURS: ReadonlySet<string> = new Set(['models', 'provider', 'include_route', 'on_disconnect', 'session_id']);

/** OpenAI's own: the caller's fields as they are, with the offer's name for the model. */
export function toOpenAiModeration({ call, offer }: MediaAttempt<ModerationCall>): JsonObject {
  const kept = Object.entries(call.source.body).filter(([name]) => !OURS.has(name));
  return { ...Object.fromEntries(kept), model: offer.vendorModel };
}

/** For a vendor that knows the model and texts, and nothing else (Mistral's OpenAPI, ClassificationRequest). */
export function toTextModeration({ call, offer }: MediaAttempt<ModerationCall>): JsonObject {
  return { model: offer.vendorModel, input: call.inputs.map(toText) };
}

function toText(parts: readonly ModerationInput[], index: number): Json {
  const texts = parts.map((part) => {
    if (part.type === 'text') return part.text;
    throw refuseCall('This model judges text only. Leave the picture out.', `input[${index}]`);
  });
  return texts.join('\n');
}
