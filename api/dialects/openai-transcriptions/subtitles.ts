import type { TranscriptSegment } from '../../../workflows/contracts/media-answers.js';

/** SubRip: https://matroska.org/technical/subtitles.html#srt-subtitles. */
export function renderSrt(segments: readonly TranscriptSegment[]): string {
  const cues = segments.map(
    (segment, index) =>
      `${index + 1}\n${clock(segment.start, ',')} --> ${clock(segment.end, ',')}\n${lineOf(segment)}\n`,
  );
  return cues.join('\n');
}

/** https://www.w3.org/TR/webvtt1/. */
export function renderVtt(segments: readonly TranscriptSegment[]): string {
  const cues = segments.map(
    (segment) => `${clock(segment.start, '.')} --> ${clock(segment.end, '.')}\n${escapeCue(lineOf(segment))}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

/** A blank line would end the cue, and an arrow begin another. */
function lineOf({ text, speaker }: TranscriptSegment): string {
  const line = text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('-->', '->');
  return speaker === undefined ? line : `${speaker}: ${line}`;
}

function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function clock(seconds: number, point: ',' | '.'): string {
  const milliseconds = Math.round(Math.max(0, seconds) * 1_000);
  const pad = (value: number, length = 2): string => String(Math.floor(value)).padStart(length, '0');
  const minutes = milliseconds / 60_000;
  return `${pad(minutes / 60)}:${pad(minutes % 60)}:${pad((milliseconds / 1_000) % 60)}${point}${pad(milliseconds % 1_000, 3)}`;
}
