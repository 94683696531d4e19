import type { RequestError } from '../../http/describe-issue.js';
import { isWebUrl, parseBase64DataUrl } from './data-url.js';

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

/** Refuses an image by data URL whose bytes are surely none; `param` is the field that holds it. */
export function checkImage(url: string, param: string): RequestError | undefined {
  const problem = checkData(url, param);
  const data = parseBase64DataUrl(url)?.data;
  if (problem || data === undefined || isImage(data)) return problem;
  return refuse(
    param,
    'the data is no image. Expected the bytes of a PNG, JPEG, WebP or GIF in base64',
    'invalid_image',
  );
}

/** Refuses what is surely not base64, as it is or in a data URL. */
export function checkData(text: string, param: string): RequestError | undefined {
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
