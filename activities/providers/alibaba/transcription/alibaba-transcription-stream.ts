import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects, asText, isArray } from '../../json-fields.js';
import { type Heard, languageOf } from './from-alibaba-transcription.js';

export interface HeardSoFar extends Heard {
  readonly begun: boolean;
  /** What the vendor says instead of going on. */
  readonly failure?: JsonObject;
}

export const NOTHING_HEARD: HeardSoFar = { begun: false, text: '' };

/** One `chat.completion.chunk`: each has the text that is new, the last but one the ending, the last the usage. */
export function reduceAlibabaTranscription(
  state: HeardSoFar,
  chunk: JsonObject,
): readonly [HeardSoFar, Frame['events']] {
  if (isFailure(chunk)) return [{ ...state, failure: chunk }, []];
  const [choice] = asObjects(chunk['choices']);
  const delta = asObject(choice?.['delta']);
  const text = asText(delta?.['content']);
  return [
    {
      begun: true,
      text: state.text + (text ?? ''),
      language: languageOf(delta) ?? state.language,
      ending: asText(choice?.['finish_reason']) ?? state.ending,
      usage: asObject(chunk['usage']) ?? state.usage,
    },
    [
      ...(state.begun ? [] : [{ type: 'start' } as const]),
      ...(text === undefined ? [] : [{ type: 'transcript-delta', text } as const]),
    ],
  ];
}

/** `error`, or a flat `{code, message}` in place of a chunk. */
function isFailure(chunk: JsonObject): boolean {
  return (
    asObject(chunk['error']) !== undefined || (!isArray(chunk['choices']) && asText(chunk['message']) !== undefined)
  );
}
