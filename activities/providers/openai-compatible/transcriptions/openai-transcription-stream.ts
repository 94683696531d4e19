import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaAttempt } from '../../port.js';
import { readTranscriptionUsage, toSegment } from './from-openai-transcription.js';

export interface TranscriptionStreamState {
  readonly begun: boolean;
  readonly done: boolean;
  /** What the vendor says instead of going on. */
  readonly failure?: JsonObject;
}

export const NEW_TRANSCRIPTION: TranscriptionStreamState = { begun: false, done: false };

/** One event (`CreateTranscriptionResponseStreamEvent`): https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event. */
export function reduceTranscription(
  state: TranscriptionStreamState,
  event: JsonObject,
  attempt: MediaAttempt<TranscriptionCall>,
): [TranscriptionStreamState, Frame] {
  if (asObject(event['error'])) return [{ ...state, failure: event }, { events: [] }];
  const done = event['type'] === 'transcript.text.done';
  const start: Frame['events'] = state.begun ? [] : [{ type: 'start' }];
  return [
    { begun: true, done },
    {
      events: [...start, ...toEvents(event, attempt)],
      wire: { dialect: 'openai-transcriptions', streamed: true, body: event },
    },
  ];
}

function toEvents(event: JsonObject, attempt: MediaAttempt<TranscriptionCall>): Frame['events'] {
  switch (event['type']) {
    case 'transcript.text.delta':
      return [{ type: 'transcript-delta', text: asText(event['delta']) ?? '' }];
    case 'transcript.text.segment': {
      const { extras: _, ...segment } = toSegment(event);
      const id = asText(event['id']);
      return [{ type: 'transcript-segment', segment, ...(id !== undefined && { id }) }];
    }
    case 'transcript.text.done': {
      const [language] = asObjects(event['languages']).flatMap((item) => asText(item['code']) ?? []);
      return [
        { type: 'transcript', text: asText(event['text']) ?? '', ...(language !== undefined && { language }) },
        ...readTranscriptionUsage(asObject(event['usage']), attempt),
        { type: 'finish', choice: 0, reason: { unified: 'stop' } },
      ];
    }
    default:
      return [];
  }
}
