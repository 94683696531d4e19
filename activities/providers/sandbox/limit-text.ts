import type { FinishReason } from '../../../workflows/contracts/answer.js';
import { BYTES_PER_TOKEN } from './count-tokens.js';

export interface Limits {
  readonly maxOutputTokens: number;
  readonly stop: readonly string[];
}

/** The text up to the first stop sequence or the cap, whichever comes first, and why it ends there. */
export function limitText(text: string, { maxOutputTokens, stop }: Limits): { text: string; reason: FinishReason } {
  const ends = stop.filter((sequence) => sequence !== '').map((sequence) => text.indexOf(sequence));
  const end = Math.min(...ends.filter((index) => index >= 0), text.length);
  const capped = firstBytes(text.slice(0, end), maxOutputTokens * BYTES_PER_TOKEN);
  return capped.length < end
    ? { text: capped, reason: { unified: 'length', raw: 'length' } }
    : { text: capped, reason: { unified: 'stop', raw: 'stop' } };
}

/** As many whole characters as fit. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= limit) return text;
  let end = limit;
  // A byte of the form 10xxxxxx goes on with the character before it.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
