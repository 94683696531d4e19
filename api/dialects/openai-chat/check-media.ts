import type { RequestError } from '../../http/describe-issue.js';
import type { ChatMessage, UserPart } from './chat-message.schema.js';
import { isWebUrl, parseBase64DataUrl } from '../shared/data-url.js';

/** Characters of base64, of its form for URLs, and the line breaks that some encoders put in. */
const NOT_BASE64 = /[^A-Za-z0-9+/_=\s-]/;

/** Enough of the data to know an image by, in whole groups of base64. */
const SIGNATURE_LENGTH = 64;

/**
 * What the files of image formats begin with, in bytes as Latin-1: PNG, JPEG, GIF, BMP, both orders of TIFF, ICO, JPEG 2000 and
 * JPEG XL; WebP and the family of HEIC and AVIF name themselves a little later, and SVG is text.
 */
const IMAGE_STARTS = [
  '\x89PNG',
  '\xFF\xD8\xFF',
  'GIF8',
  'BM',
  'II*\0',
  'MM\0*',
  '\0\0\x01\0',
  '\0\0\0\x0CjP',
  '\xFF\x0A',
  '\0\0\0\x0CJXL',
];

/**
 * Refuses media that no vendor can read, as far as that is certain from the request: what is not base64, and an image that
 * is none. Whether a vendor takes a format that exists is for it to say.
 */
export function checkMedia(messages: readonly ChatMessage[]): RequestError | undefined {
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'user' && message.role !== 'tool') continue;
    if (typeof message.content === 'string') continue;
    for (const [position, part] of message.content.entries()) {
      const problem = checkPart(part, `messages[${index}].content[${position}]`);
      if (problem) return problem;
    }
  }
  return undefined;
}

function checkPart(part: UserPart, path: string): RequestError | undefined {
  switch (part.type) {
    case 'text':
      return undefined;
    case 'image_url':
      return checkImage(part.image_url.url, `${path}.image_url.url`);
    case 'input_audio':
      return checkData(part.input_audio.data, `${path}.input_audio.data`);
    case 'video_url':
      return checkData(part.video_url.url, `${path}.video_url.url`);
    case 'file':
      return part.file.file_data == null ? undefined : checkData(part.file.file_data, `${path}.file.file_data`);
  }
}

function checkImage(url: string, param: string): RequestError | undefined {
  const problem = checkData(url, param);
  const data = parseBase64DataUrl(url)?.data;
  if (problem || data === undefined || isImage(data)) return problem;
  return refuse(
    param,
    'the data is no image. Expected the bytes of a PNG, JPEG, WebP or GIF in base64',
    'invalid_image',
  );
}

function checkData(text: string, param: string): RequestError | undefined {
  if (isWebUrl(text)) return undefined;
  const data = parseBase64DataUrl(text)?.data ?? text;
  if (data.length === 0) return refuse(param, 'the data is empty', 'invalid_base64');
  const encoded = data.replace(/=+\s*$/, '');
  // Four characters are three bytes, so that one alone is part of none.
  const broken = NOT_BASE64.test(data) || (!/\s/.test(encoded) && encoded.length % 4 === 1);
  return broken ? refuse(param, 'the data is not valid base64', 'invalid_base64') : undefined;
}

function isImage(data: string): boolean {
  const start = Buffer.from(data.slice(0, SIGNATURE_LENGTH), 'base64').toString('latin1');
  if (IMAGE_STARTS.some((signature) => start.startsWith(signature))) return true;
  if (start.startsWith('RIFF')) return start.slice(8, 12) === 'WEBP';
  return start.slice(4, 8) === 'ftyp' || /^(?:\xEF\xBB\xBF)?\s*</.test(start);
}

function refuse(param: string, what: string, code: string): RequestError {
  return { message: `Invalid '${param}': ${what}.`, param, code };
}
