import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ModerationCall, ModerationInput } from '../../../workflows/contracts/media-calls.js';
import { toMediaSource } from '../shared/media-source.js';
import type { ModerationsRequestFields } from './moderations-request.schema.js';

type Given = Extract<ModerationsRequestFields['input'], readonly unknown[]>[number];

export function toModerationCall(body: JsonObject, { input }: ModerationsRequestFields): ModerationCall {
  return {
    kind: 'moderation',
    source: { dialect: 'openai-moderations', body },
    stream: false,
    inputs: toInputs(typeof input === 'string' ? [input] : input),
  };
}

/** Texts are judged one by one; parts are one message, which is judged whole. */
function toInputs(given: readonly Given[]): ModerationCall['inputs'] {
  const parts = given.map(toPart);
  return given.every((item) => typeof item === 'string') ? parts.map((part) => [part]) : [parts];
}

function toPart(given: Given): ModerationInput {
  if (typeof given === 'string') return { type: 'text', text: given };
  if (given.type === 'text') return { type: 'text', text: given.text };
  return { type: 'image', source: toMediaSource(given.image_url.url, 'image/png') };
}
