import type { MediaSource, Part } from '../../../../workflows/contracts/call.js';
import type { GoogleService, ModelTraits } from './model-traits.js';
import { refuseCall } from '../../refuse-call.js';
import type { WireMedia } from './wire.js';

export type MediaPart = Extract<Part, { type: 'image' | 'file' | 'audio' | 'video' }>;

/** Who is sent the media, which decides what may come by its address alone. */
export interface Recipient {
  readonly service: GoogleService;
  readonly traits: ModelTraits;
}

/** Media of a message. Throws `invalid_request`, which names `param`, for a source that the service cannot read. */
export function toMedia(part: MediaPart, param: string, recipient: Recipient): WireMedia {
  const { source } = part;
  switch (source.type) {
    case 'base64':
      return { inlineData: { mimeType: mediaType(source.mediaType), data: source.data } };
    case 'url':
      return toFile(part, source, param, recipient);
    case 'file-id':
      throw refuseCall('A file id of another vendor means nothing to Google. Send the data itself.', param);
  }
}

function toFile(
  part: MediaPart,
  { url }: Extract<MediaSource, { type: 'url' }>,
  param: string,
  { service, traits }: Recipient,
): WireMedia {
  const mimeType = typeOfUrl(url, part.type);
  const fetched = FETCHED_TYPES.test(mimeType) && traits.fetchesUrls && url.startsWith('https://');
  if (service.takesAnyUrl || OWN_URLS.test(url) || fetched) return { fileData: { mimeType, fileUri: url } };
  throw refuseCall(`Google does not fetch this ${part.type} for this model. Send the data itself.`, param);
}

/** Files of its own store, and its videos: https://ai.google.dev/gemini-api/docs/video-understanding. */
const OWN_URLS =
  /^https:\/\/(generativelanguage\.googleapis\.com\/v1(beta)?\/files\/|([a-z]+\.)?youtube\.com\/|youtu\.be\/)/;
/** What it fetches from anywhere: https://ai.google.dev/gemini-api/docs/file-input-methods ("External URLs"). */
const FETCHED_TYPES = /^(image\/(bmp|jpeg|png|webp)|application\/(pdf|json)|text\/[a-z]+)$/;

/** A media type that does not exist but is often sent. */
function mediaType(written: string): string {
  return written === 'image/jpg' ? 'image/jpeg' : written;
}

const TYPES: { readonly [extension: string]: string } = {
  bmp: 'image/bmp',
  gif: 'image/gif',
  heic: 'image/heic',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  pdf: 'application/pdf',
  json: 'application/json',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
  xml: 'text/xml',
  aac: 'audio/aac',
  aiff: 'audio/aiff',
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  mov: 'video/mov',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpg',
  webm: 'video/webm',
};
const USUAL_TYPES: { readonly [T in MediaPart['type']]: string } = {
  image: 'image/jpeg',
  file: 'application/pdf',
  audio: 'audio/mpeg',
  video: 'video/mp4',
};

/** Google wants the type of what it is to fetch; the address usually tells. */
function typeOfUrl(url: string, kind: MediaPart['type']): string {
  const extension = /\.([a-z0-9]{2,5})$/i.exec(url.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined) ?? USUAL_TYPES[kind];
}
