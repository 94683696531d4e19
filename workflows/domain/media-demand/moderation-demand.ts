import type { ModerationCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

export function moderationDemand({ inputs }: ModerationCall): MediaSize {
  const parts = inputs.flat();
  const images = parts.filter(({ type }) => type === 'image').length;
  const textBytes = parts.reduce((sum, part) => sum + (part.type === 'text' ? utf8Length(part.text) : 0), 0);
  return { textBytes, units: { input: textBytes, ...(images > 0 && { images }) }, asked: {} };
}
