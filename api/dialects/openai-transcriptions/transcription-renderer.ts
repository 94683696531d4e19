import type { Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ReplyEvent } from '../../../workflows/contracts/reply.js';
import type { AnswerRenderer, StreamStep } from '../../requests/answer-renderer.js';
import { asObject } from '../shared/json-fields.js';
import { eventsOf } from '../shared/media-renderer.js';
import { renderFailed } from '../shared/render-openai-error.js';
import { renderLines, renderTranscript, type TranscriptForm, usageOf } from './render-transcript.js';

/** Transcripts as OpenAI's specification has them: JSON of three forms, lines of three, or `transcript.text.*` events. */
export function createTranscriptionRenderer(form: TranscriptForm): AnswerRenderer {
  return {
    plain: (frames, summary) => renderTranscript(frames, summary, form),
    ...(LINES.has(form.format) && {
      raw: (frames: readonly Frame[]) => ({
        contentType: 'text/plain; charset=utf-8',
        body: renderLines(frames, form) ?? '',
      }),
    }),
    error: renderFailed,
    stream: () => renderStream(form),
    framing: { endMarker: '' },
  };
}

const LINES: ReadonlySet<TranscriptForm['format']> = new Set(['text', 'srt', 'vtt']);

function renderStream(form: TranscriptForm): (event: ReplyEvent) => StreamStep {
  let hasText = false;
  let segments = 0;
  let done: JsonObject = { type: 'transcript.text.done', text: '' };
  const warnings: JsonObject[] = [];

  const ofFrame = (frame: Frame): readonly JsonObject[] => {
    warnings.push(...eventsOf([frame], 'warning').map(({ warning }) => ({ ...warning })));
    const own = frame.wire?.dialect === 'openai-transcriptions' && frame.wire.streamed ? frame.wire.body : undefined;
    const [whole] = eventsOf([frame], 'transcript');
    hasText ||= eventsOf([frame], 'transcript-delta').length > 0;
    if (whole === undefined) return own ? [own] : [...deltasOf(frame), ...segmentsOf(frame)];
    // Held back until it can say what the whole costs.
    done = own ?? { ...done, text: whole.text };
    const spoken = form.format === 'diarized_json' && segments === 0 ? (whole.segments ?? []) : [];
    return [
      ...(hasText || whole.text === '' ? [] : [{ type: 'transcript.text.delta', delta: whole.text }]),
      ...spoken.map((segment) => renderSegment(segment, segments++)),
    ];
  };
  const segmentsOf = (frame: Frame): readonly JsonObject[] =>
    form.format === 'diarized_json'
      ? eventsOf([frame], 'transcript-segment').map(({ segment, id }) => renderSegment(segment, segments++, id))
      : [];

  return (event) => {
    switch (event.type) {
      case 'frame':
        return { chunks: ofFrame(event.frame), end: 'open' };
      case 'answered': {
        const usage = usageOf(event.summary, asObject(done['usage']));
        return { chunks: [{ ...done, usage, ...(warnings.length > 0 && { warnings }) }], end: 'done' };
      }
      case 'failed':
      case 'refused':
        return { chunks: [renderFailed(event).body], end: 'failed' };
    }
  };
}

function deltasOf(frame: Frame): readonly JsonObject[] {
  return eventsOf([frame], 'transcript-delta').map(({ text }) => ({ type: 'transcript.text.delta', delta: text }));
}

function renderSegment(
  {
    start,
    end,
    text,
    speaker,
  }: { readonly start: number; readonly end: number; readonly text: string; readonly speaker?: string },
  index: number,
  id = `seg_${String(index).padStart(3, '0')}`,
): JsonObject {
  return { type: 'transcript.text.segment', id, start, end, text, speaker: speaker ?? 'A' };
}
