import type { RequestError } from '../../http/describe-issue.js';
import { checkData, checkImage } from '../shared/check-data.js';
import { parseBase64DataUrl } from '../shared/data-url.js';
import type { InputItem, InputPart } from './input-item.schema.js';

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
      return part.image_url == null ? undefined : checkPicture(part.image_url, `${path}.image_url`);
    case 'input_file':
      return part.file_data == null ? undefined : checkData(part.file_data, `${path}.file_data`);
    case 'input_audio':
      return checkData(part.input_audio.data, `${path}.input_audio.data`);
    default:
      return undefined;
  }
}

/** OpenAI takes images here and nothing else; what is no image by its own type is told so. */
function checkPicture(url: string, param: string): RequestError | undefined {
  const mediaType = parseBase64DataUrl(url)?.mediaType ?? 'image/';
  if (mediaType.startsWith('image/')) return checkImage(url, param);
  const message = `Invalid '${param}': expected an image, but its media type says another kind of file. Send other files as 'input_file'.`;
  return { message, param, code: 'unsupported_image_media_type' };
}
