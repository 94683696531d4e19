import type { SpeechCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Figures are the slowest text to read, each being a word, and so are signs that stand for syllables; letters take less. */
const SLOWEST_SECONDS = { sign: 0.5, letter: 0.2 };
/** 150 words a minute, of six characters with the space; a figure or a sign is a syllable or two. */
const USUAL_SECONDS = { sign: 0.25, letter: 0.07 };
/** Silence before and after. */
const AROUND_SECONDS = 1;
/** Gemini counts 25 tokens a second of speech (https://ai.google.dev/gemini-api/docs/speech-generation), OpenAI some 21. */
const MOST_TOKENS_A_SECOND = 32;
const USUAL_TOKENS_A_SECOND = 25;
/** What an adapter may put before the text, to say how it is to be spoken. */
const TOKENS_AROUND = 64;

export function speechDemand({ text, instructions = '', speed = 1 }: SpeechCall): MediaSize {
  const textBytes = utf8Length(text) + utf8Length(instructions);
  const seconds = (pace: typeof USUAL_SECONDS, slowness: number): number => {
    const signs = text.match(/[\p{N}\p{Lo}]/gu)?.length ?? 0;
    return Math.ceil((signs * pace.sign + (charactersOf(text) - signs) * pace.letter) / slowness) + AROUND_SECONDS;
  };
  const most = seconds(SLOWEST_SECONDS, Math.min(speed, 1));
  const usual = Math.min(seconds(USUAL_SECONDS, speed), most);
  const characters = charactersOf(text);
  return {
    textBytes,
    units: {
      input: textBytes + TOKENS_AROUND,
      characters,
      audio_seconds: most,
      output: most * MOST_TOKENS_A_SECOND,
    },
    usual: { characters, audio_seconds: usual, output_audio: usual * USUAL_TOKENS_A_SECOND },
    asked: {},
  };
}

/** Code points, which is what vendors count; an emoji is one. */
export function charactersOf(text: string): number {
  return Array.from(text).length;
}
