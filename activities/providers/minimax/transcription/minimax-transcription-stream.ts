import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { fromMiniMaxTranscription, throwWhatFailed } from './from-minimax-transcription.js';

export interface MiniMaxTranscriptState {
  /** What has been heard so far: the last event does not say it once more. */
  readonly text: string;
  readonly done: boolean;
}

export const NEW_TRANSCRIPT: MiniMaxTranscriptState = { text: '', done: false };

/** `{index, delta, finish}`, in the order of their index; the last has `finish: true` and the `duration`. Throws what an event says went wrong. */
export function reduceMiniMaxTranscript(
  state: MiniMaxTranscriptState,
  event: JsonObject,
  attempt: MediaAttempt<TranscriptionCall>,
): readonly [MiniMaxTranscriptState, Frame['events']] {
  throwWhatFailed(event);
  const delta = asText(event['delta']);
  const [text, done] = [state.text + (delta ?? ''), event['finish'] === true];
  return [
    { text, done },
    [
      ...(delta === undefined ? [] : [{ type: 'transcript-delta' as const, text: delta }]),
      ...(done ? fromMiniMaxTranscription({ ...event, text }, attempt) : []),
    ],
  ];
}
