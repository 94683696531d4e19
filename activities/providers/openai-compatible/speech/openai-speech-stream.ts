import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asText } from '../../json-fields.js';

/** What one event of speech brings. */
export type SpeechStep =
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  | { readonly type: 'done'; readonly usage?: JsonObject | undefined }
  | { readonly type: 'failed'; readonly body: JsonObject }
  | { readonly type: 'nothing' };

/** `CreateSpeechResponseStreamEvent`: https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event. */
export function readSpeechEvent(event: JsonObject): SpeechStep {
  switch (event['type']) {
    case 'speech.audio.delta':
      return { type: 'piece', bytes: Buffer.from(asText(event['audio']) ?? '', 'base64') };
    case 'speech.audio.done':
      return { type: 'done', usage: asObject(event['usage']) };
    default:
      return asObject(event['error']) ? { type: 'failed', body: event } : { type: 'nothing' };
  }
}

/** All that comes out is sound. */
export function speechTokens(usage: JsonObject | undefined): UnitCounts {
  const input = asCount(usage?.['input_tokens']);
  const output = asCount(usage?.['output_tokens']);
  return { ...(input !== undefined && { input }), ...(output !== undefined && { output_audio: output }) };
}
