import type { RequestError } from '../../http/describe-issue.js';
import { parseBase64DataUrl } from '../shared/data-url.js';
import type { InputItem, InputPart } from './input-item.schema.js';

/** Enough base64 for the first bytes of any image format. */
const HEAD_LENGTH = 64;
const BASE64 = /^[A-Za-z0-9+/\s_-]*={0,2}\s*$/;

/** How the formats begin that models read, and those that some of them may: none of these is refused for what it is. */
const IMAGE_HEADS: readonly (readonly [at: number, text: string])[] = [
  [0, '\x89PNG'],
  [0, '\xff\xd8\xff'],
  [0, 'GIF8'],
  [8, 'WEBP'],
  [0, 'BM'],
  [0, 'II*\x00'],
  [0, 'MM\x00*'],
  [4, 'ftyp'],
  [0, '\x00\x00\x01\x00'],
  [0, '<'],
];

/** Refuses media that are surely not what they are said to be: text that is not base64, bytes that are no image. */
export function checkMedia(items: readonly InputItem[]): RequestError | undefined {
  for (const [index, { kind, item }] of items.entries()) {
    if (kind !== 'message' && kind !== 'function_call_output' && kind !== 'custom_tool_call_output') continue;
    const field = kind === 'message' ? 'content' : 'output';
    const content = kind === 'message' ? item.content : item.output;
    if (typeof content === 'string') continue;
    for (const [at, part] of content.entries()) {
      const error = checkPart(part as InputPart, `input[${index}].${field}[${at}]`);
      if (error) return error;
    }
  }
  return undefined;
}

function checkPart(part: InputPart, path: string): RequestError | undefined {
  switch (part.type) {
    case 'input_image':
      return part.image_url == null ? undefined : checkImage(part.image_url, `${path}.image_url`);
    case 'input_file':
      return part.file_data == null ? undefined : checkBase64(dataOf(part.file_data), `${path}.file_data`);
    case 'input_audio':
      return checkBase64(dataOf(part.input_audio.data), `${path}.input_audio.data`);
    default:
      return undefined;
  }
}

function checkImage(url: string, param: string): RequestError | undefined {
  const inline = parseBase64DataUrl(url);
  if (inline === undefined) return undefined;
  if (!inline.mediaType.startsWith('image/')) {
    const message = `Invalid '${param}': expected an image, but its media type says another kind of file. Send other files as 'input_file'.`;
    return { message, param, code: 'unsupported_image_media_type' };
  }
  const wrong = checkBase64(inline.data, param);
  if (wrong) return wrong;
  const head = Buffer.from(inline.data.slice(0, HEAD_LENGTH), 'base64').toString('latin1');
  if (IMAGE_HEADS.some(([at, text]) => head.startsWith(text, at))) return undefined;
  const message = `Invalid '${param}': these bytes are no image. Send a PNG, JPEG, GIF or WebP.`;
  return { message, param, code: 'invalid_image_format' };
}

function checkBase64(data: string, param: string): RequestError | undefined {
  if (BASE64.test(data)) return undefined;
  return { message: `Invalid '${param}': the data is not base64.`, param, code: 'invalid_base64' };
}

function dataOf(text: string): string {
  return parseBase64DataUrl(text)?.data ?? text;
}
