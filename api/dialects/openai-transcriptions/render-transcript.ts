import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { TranscriptSegment } from '../../../workflows/contracts/media-answers.js';
import type { TranscriptionCall } from '../../../workflows/contracts/media-calls.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { inputTokensOf, tokensOf } from '../../../workflows/domain/price-list.js';
import { asObject } from '../shared/json-fields.js';
import { costOf, eventsOf, warningsOf, writtenAnswer } from '../shared/media-renderer.js';
import { renderSrt, renderVtt } from './subtitles.js';

export type TranscriptForm = Pick<TranscriptionCall, 'format' | 'task' | 'timestamps'>;

interface Transcript {
  readonly text: string;
  readonly language?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly segments: readonly TranscriptSegment[];
  readonly words: readonly JsonObject[];
}

/** An answer in JSON: the vendor's own where it gave this form, else one of what it said. */
export function renderTranscript(frames: readonly Frame[], summary: AnswerSummary, form: TranscriptForm): JsonObject {
  const body = writtenAnswer(frames, 'openai-transcriptions') ?? canonical(transcriptOf(frames), form);
  return { ...body, usage: { ...usageOf(summary, asObject(body['usage'])) }, ...warningsOf(frames) };
}

/** An answer in lines; undefined where the form is JSON. */
export function renderLines(frames: readonly Frame[], { format }: TranscriptForm): string | undefined {
  const { text, segments } = transcriptOf(frames);
  switch (format) {
    case 'text':
      return `${text}\n`;
    case 'srt':
      return renderSrt(segments);
    case 'vtt':
      return renderVtt(segments);
    default:
      return undefined;
  }
}

/** Tokens where tokens are charged, else the sound's length; with what the caller pays. */
export function usageOf(summary: AnswerSummary, reported?: JsonObject): JsonObject {
  const { units } = summary.usage;
  const [input, total] = [inputTokensOf(units), tokensOf(units)];
  const counted: JsonObject =
    total > 0
      ? {
          type: 'tokens',
          input_tokens: input,
          output_tokens: total - input,
          total_tokens: total,
          input_token_details: { text_tokens: input - (units.input_audio ?? 0), audio_tokens: units.input_audio ?? 0 },
        }
      : { type: 'duration', seconds: units.audio_seconds ?? 0 };
  return { ...(reported ?? counted), ...costOf(summary) };
}

function transcriptOf(frames: readonly Frame[]): Transcript {
  const whole = eventsOf(frames, 'transcript').at(-1);
  const segments = whole?.segments ?? eventsOf(frames, 'transcript-segment').map(({ segment }) => segment);
  return {
    text: whole?.text ?? '',
    language: whole?.language,
    durationSeconds: whole?.durationSeconds ?? segments.at(-1)?.end,
    segments,
    words: (whole?.words ?? []).map((word) => ({ ...word })),
  };
}

function canonical(transcript: Transcript, { format, task, timestamps }: TranscriptForm): JsonObject {
  const { text, language, durationSeconds = 0, segments, words } = transcript;
  switch (format) {
    case 'verbose_json':
      return {
        task,
        language: language ?? '',
        duration: durationSeconds,
        text,
        ...(timestamps.includes('word') && { words }),
        // What of a segment only Whisper knows (its tokens and their likelihood) is left out where the vendor says nothing of it.
        ...(timestamps.includes('segment') && {
          segments: segments.map(({ start, end, text: said, extras }, id) => ({
            id,
            start,
            end,
            text: said,
            ...extras,
          })),
        }),
      };
    case 'diarized_json':
      return { task: 'transcribe', duration: durationSeconds, text, segments: segments.map(renderSpoken) };
    default:
      return { text };
  }
}

/** `TranscriptionDiarizedSegment`. */
function renderSpoken({ start, end, text, speaker }: TranscriptSegment, index: number): JsonObject {
  return {
    ...{ type: 'transcript.text.segment', id: `seg_${String(index).padStart(3, '0')}` },
    ...{ start, end, text, speaker: speaker ?? 'A' },
  };
}
