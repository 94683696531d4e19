import type { MediaSource, Part } from '../../../../workflows/contracts/call.js';
import { refuseCall } from '../../refuse-call.js';
import type { Warnings } from '../../warnings.js';
import type { ModelFamily } from '../model-family.js';
import type { AudioBlock, DocumentBlock, ImageBlock, VideoBlock } from './wire.js';

type MediaPart = Extract<Part, { type: 'image' | 'file' | 'audio' | 'video' }>;
type Base64 = Extract<MediaSource, { type: 'base64' }>;

/** The service's names of formats, by media type. */
const IMAGES: Formats = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  // A media type that does not exist but is often sent.
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};
const VIDEOS: Formats = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'video/webm': 'webm',
  'video/x-flv': 'flv',
  'video/mpeg': 'mpeg',
  'video/x-ms-wmv': 'wmv',
  'video/3gpp': 'three_gp',
};
const SOUNDS: Formats = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/mp4': 'mp4',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/webm': 'webm',
};
const DOCUMENTS: Formats = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/markdown': 'md',
};
/** Media types whose bytes are text, besides `text/*`. */
const TEXTS = new Set(['application/json', 'application/xml', 'application/yaml', 'application/x-yaml']);
/** `%PDF-` in base64, whatever follows. */
const PDF_START = 'JVBERi';

type Formats = { readonly [mediaType: string]: string };

/** Numbers the documents of a request, whose names the service shows to the model and wants to be neutral. */
export interface DocumentNames {
  next(): string;
}

export function createDocumentNames(): DocumentNames {
  let count = 0;
  return {
    next: () => {
      count += 1;
      return `Document ${count}`;
    },
  };
}

export interface MediaContext {
  readonly family: ModelFamily;
  readonly names: DocumentNames;
  readonly warnings: Warnings;
}

/** Media by its bytes. Throws `invalid_request` for references, and for formats that the service does not have. */
export function toMedia(
  part: MediaPart,
  place: string,
  { family, names, warnings }: MediaContext,
): ImageBlock | DocumentBlock | AudioBlock | VideoBlock {
  const source = bytesOf(part, place);
  const bytes = { bytes: source.data };
  switch (part.type) {
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') {
        warnings.add('ignored', 'messages[].content[].image_url.detail', 'Bedrock has no levels of detail.');
      }
      return { image: { format: formatOf(source, IMAGES, 'images', place), source: bytes } };
    case 'file':
      return { document: { format: documentFormat(source, place), name: names.next(), source: bytes } };
    case 'audio':
      return { audio: { format: part.format ?? formatOf(source, SOUNDS, 'audio', place), source: bytes } };
    case 'video':
      if (!family.video) throw refuseCall('This model takes no video. Send frames as images, or name another.', place);
      return { video: { format: formatOf(source, VIDEOS, 'video', place), source: bytes } };
  }
}

function bytesOf({ source }: MediaPart, place: string): Base64 {
  switch (source.type) {
    case 'base64':
      return source;
    case 'url':
      throw refuseCall('Bedrock fetches nothing by URL. Send the data itself, in base64.', place);
    case 'file-id':
      throw refuseCall('A file id of another vendor means nothing to Bedrock. Send the data itself.', place);
  }
}

function formatOf({ mediaType }: Base64, formats: Formats, what: string, place: string): string {
  const type = bareType(mediaType);
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
  if (format !== undefined) return format;
  const known = [...new Set(Object.values(formats))].join(', ');
  throw refuseCall(`Bedrock takes ${what} as ${known}, not ${type || 'of an unknown type'}.`, place);
}

function documentFormat(source: Base64, place: string): string {
  const type = bareType(source.mediaType);
  // A file of an unknown type may still begin as a PDF does.
  if (source.data.startsWith(PDF_START)) return 'pdf';
  if (!Object.hasOwn(DOCUMENTS, type) && (type.startsWith('text/') || TEXTS.has(type))) return 'txt';
  return formatOf(source, DOCUMENTS, 'documents', place);
}

function bareType(mediaType: string): string {
  return mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
}
