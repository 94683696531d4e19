import type { MediaSource, Part } from '../../../../workflows/contracts/call.js';
import { ProviderFailure } from '../../port.js';
import type { OpenAiCompatibleProfile } from './profile.js';
import type { WirePart, WireTextPart, WireToolCall } from './wire.js';

type MediaPart = Extract<Part, { type: 'image' | 'file' | 'audio' | 'video' }>;
type Takes = Pick<OpenAiCompatibleProfile, 'takesFileUrls' | 'takesVideo'>;

/**
 * Text and media as content parts. Media that the dialect cannot carry fails the attempt with `invalid_request`: an answer
 * to a question without its picture would be wrong and paid for.
 */
export function toUserPart(part: MediaPart | Extract<Part, { type: 'text' }>, takes: Takes): WirePart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return toImage(part);
    case 'file':
      return toFile(part, takes);
    case 'audio':
      return toAudio(part);
    case 'video':
      return toVideo(part, takes);
  }
}

function toImage({ source, detail }: Extract<Part, { type: 'image' }>): WirePart {
  if (source.type === 'file-id') throw refuse('an image by the id of a file');
  const url = source.type === 'url' ? source.url : toDataUrl(source);
  return { type: 'image_url', image_url: { url, ...(detail !== undefined && { detail }) } };
}

function toVideo({ source }: Extract<Part, { type: 'video' }>, { takesVideo }: Takes): WirePart {
  if (!takesVideo) throw refuse('video');
  if (source.type === 'file-id') throw refuse('a video by the id of a file');
  return { type: 'video_url', video_url: { url: source.type === 'url' ? source.url : toDataUrl(source) } };
}

function toFile({ source, filename }: Extract<Part, { type: 'file' }>, { takesFileUrls }: Takes): WirePart {
  if (source.type === 'url') {
    if (!takesFileUrls) throw refuse('a file by its URL');
    return { type: 'file', file: { file_data: source.url, ...(filename !== undefined && { filename }) } };
  }
  if (source.type === 'file-id') return { type: 'file', file: { file_id: source.id } };
  // The vendor wants a name with the data, which other dialects leave out.
  return {
    type: 'file',
    file: { file_data: toDataUrl(source), filename: filename ?? defaultFilename(source.mediaType) },
  };
}

function toAudio({ source, format }: Extract<Part, { type: 'audio' }>): WirePart {
  if (source.type !== 'base64') throw refuse('audio that is not sent as base64');
  return { type: 'input_audio', input_audio: { data: source.data, format: format ?? formatOf(source.mediaType) } };
}

function toDataUrl({ mediaType, data }: Extract<MediaSource, { type: 'base64' }>): string {
  return `data:${mediaType};base64,${data}`;
}

function defaultFilename(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'file.pdf' : mediaType.startsWith('text/') ? 'file.txt' : 'file';
}

function formatOf(mediaType: string): string {
  const subtype = mediaType.slice(mediaType.indexOf('/') + 1).replace(/^x-/, '');
  return subtype === 'mpeg' ? 'mp3' : subtype;
}

function refuse(what: string): ProviderFailure {
  return new ProviderFailure(
    { class: 'invalid_request' },
    { message: `This model's vendor does not take ${what}.`, param: 'messages' },
  );
}

export function toToolCall({
  id,
  name,
  arguments: written,
  custom,
}: Extract<Part, { type: 'tool-call' }>): WireToolCall {
  return custom
    ? { id, type: 'custom', custom: { name, input: written } }
    : { id, type: 'function', function: { name, arguments: written } };
}

/** One text as a string, which every vendor takes; several stay parts, so that their borders survive. */
export function toTextContent(texts: readonly string[]): string | readonly WireTextPart[] {
  const [only, ...others] = texts;
  if (others.length === 0) return only ?? '';
  return texts.map((text) => ({ type: 'text', text }));
}
