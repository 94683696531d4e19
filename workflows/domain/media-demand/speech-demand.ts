import type { SpeechCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Numbers in figures are the slowest text to read: each figure is a word, of which a slow voice says two a second. */
const SECONDS_A_CHARACTER = 0.5;

export function speechDemand({ text, instructions = '', speed = 1 }: SpeechCall): MediaSize {
  const textBytes = utf8Length(text) + utf8Length(instructions);
  // Code points, which is what vendors count; an emoji is one.
  const characters = Array.from(text).length;
  return {
    textBytes,
    units: {
      input: textBytes,
      characters,
      audio_seconds: Math.ceil((characters * SECONDS_A_CHARACTER) / Math.min(speed, 1)),
    },
    asked: {},
  };
}
