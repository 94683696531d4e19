import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { TranscriptWord } from '../../../../workflows/contracts/media-answers.js';
import type { MediaAttempt, MediaCapabilities } from '../../port.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { toBase64 } from '../../stored-media.js';
import { needsSpeakers, segmentsOfWords, transcriptionUsage } from '../../transcript-frames.js';
import { withManners } from './audio-manners.js';
import { hear, SECONDS_A_BYTE } from './spoken-text.js';

/** What is longer was not spoken by the sandbox, which would hold it whole while it listens. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Reads back what the sandbox has spoken; of any other sound it says how long it is. */
export const transcribeInSandbox: NonNullable<MediaCapabilities['transcription']> = async function* transcribe(
  attempt,
) {
  const { call } = attempt;
  const text = (await heardIn(attempt)) ?? describe(call);
  const words = timed(text);
  const speaker = needsSpeakers(call) ? { speaker: 'A' } : {};
  const segments = segmentsOfWords(words.map((word) => ({ ...word, ...speaker })));
  const { durationSeconds } = call;
  const whole: AnswerEvent = {
    type: 'transcript',
    text,
    language: 'english',
    ...(durationSeconds !== undefined && { durationSeconds }),
    segments,
    words,
  };
  yield* withManners(
    [{ events: [{ type: 'start' }] }, ...(call.stream ? deltas(text) : []), { events: [whole, ...endOf(attempt)] }],
    attempt,
  );
};

async function heardIn({ call: { audio }, openStored }: MediaAttempt<TranscriptionCall>): Promise<string | undefined> {
  if (audio.type === 'stored' && audio.bytes > MOST_BYTES) return undefined;
  return hear(Buffer.from(await toBase64(audio, openStored, { mostBytes: MOST_BYTES, param: 'file' }), 'base64'));
}

function describe({ durationSeconds }: TranscriptionCall): string {
  return durationSeconds === undefined
    ? 'A sound of unknown length.'
    : `A sound of ${durationSeconds.toFixed(1)} seconds.`;
}

function deltas(text: string): readonly Frame[] {
  const pieces = text.match(/\s*\S+|\s+$/g) ?? [];
  return pieces.map((piece) => ({ events: [{ type: 'transcript-delta', text: piece }] }));
}

function endOf(attempt: MediaAttempt<TranscriptionCall>): Frame['events'] {
  return [...transcriptionUsage(attempt, {}, {}), { type: 'finish', choice: 0, reason: { unified: 'stop' } }];
}

/** As long as the sandbox takes to speak them. */
function timed(text: string): readonly TranscriptWord[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    const start = Buffer.byteLength(text.slice(0, index)) * SECONDS_A_BYTE;
    const seconds = (bytes: number): number => Math.round(bytes * 1_000) / 1_000;
    return { word, start: seconds(start), end: seconds(start + Buffer.byteLength(word) * SECONDS_A_BYTE) };
  });
}
