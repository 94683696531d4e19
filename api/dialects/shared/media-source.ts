import type { MediaSource } from '../../../workflows/contracts/call.js';
import { isWebUrl, parseBase64DataUrl } from './data-url.js';

const AUDIO_MEDIA_TYPES: { readonly [format: string]: string } = { mp3: 'audio/mpeg', wav: 'audio/wav' };
const FILE_MEDIA_TYPES: { readonly [extension: string]: string } = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  html: 'text/html',
};

/** A data URL names its own media type; bare base64 gets the one that its format or name suggests. */
export function toMediaSource(text: string, mediaType: string): MediaSource {
  const dataUrl = parseBase64DataUrl(text);
  if (dataUrl) return { type: 'base64', mediaType: dataUrl.mediaType || mediaType, data: dataUrl.data };
  return isWebUrl(text) ? { type: 'url', url: text } : { type: 'base64', mediaType, data: text };
}

/** The media type of OpenAI's `input_audio.format`. */
export function audioMediaType(format: string): string {
  return AUDIO_MEDIA_TYPES[format] ?? `audio/${format}`;
}

/** The media type that a file's name suggests. */
export function fileMediaType(filename: string): string {
  const extension = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
  return FILE_MEDIA_TYPES[extension] ?? 'application/octet-stream';
}
