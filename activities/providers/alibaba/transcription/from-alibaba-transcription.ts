import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { badResponse } from '../../json-answer.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { transcriptionUsage } from '../../transcript-frames.js';

/** What an answer says, however it came. */
export interface Heard {
  readonly text: string;
  readonly language?: string | undefined;
  /** `finish_reason`: `stop`, or `length` where the text was cut. */
  readonly ending?: string | undefined;
  readonly usage?: JsonObject | undefined;
}

/** A `chat.completion` in one piece. Throws `bad_response` without a text, and for one that is not whole. */
export function fromAlibabaTranscription(answer: Json, attempt: MediaAttempt<TranscriptionCall>): Frame['events'] {
  const body = asObject(answer);
  const [choice] = asObjects(body?.['choices']);
  const message = asObject(choice?.['message']);
  const text = message?.['content'];
  if (typeof text !== 'string') throw badResponse('The vendor sent no transcript.');
  const ending = asText(choice?.['finish_reason']);
  return toTranscript({ text, language: languageOf(message), ending, usage: asObject(body?.['usage']) }, attempt);
}

/** Throws `bad_response` for a text that its length has ended: nobody could see that there is more. */
export function toTranscript(
  { text, language, ending, usage }: Heard,
  attempt: MediaAttempt<TranscriptionCall>,
): Frame['events'] {
  if (ending !== 'stop') throw badResponse(`The vendor sent no whole transcript (${ending ?? 'no ending'}).`);
  return [
    { type: 'transcript', text, ...(language !== undefined && { language }) },
    ...usageOf(usage, attempt),
    { type: 'finish', choice: 0, reason: { unified: 'stop' } },
  ];
}

/** As the annotations of a message, or of a delta, tell it. */
export function languageOf(message: JsonObject | undefined): string | undefined {
  const info = asObjects(message?.['annotations']).find(({ type }) => type === 'audio_info');
  return asText(info?.['language']);
}

/** Seconds are what is charged; tokens of sound are within `prompt_tokens`. */
function usageOf(usage: JsonObject | undefined, attempt: MediaAttempt<TranscriptionCall>): Frame['events'] {
  const [seconds, input, output] = ['seconds', 'prompt_tokens', 'completion_tokens'].map((name) =>
    asCount(usage?.[name]),
  );
  const audio = asCount(asObject(usage?.['prompt_tokens_details'])?.['audio_tokens']);
  const units: UnitCounts = {
    ...(seconds !== undefined && { audio_seconds: seconds }),
    ...(input !== undefined && { input: input - Math.min(audio ?? 0, input) }),
    ...(audio !== undefined && { input_audio: audio }),
    ...(output !== undefined && { output }),
  };
  return transcriptionUsage(attempt, units, { raw: usage });
}
