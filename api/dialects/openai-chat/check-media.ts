import type { RequestError } from '../../http/describe-issue.js';
import type { ChatMessage, UserPart } from './chat-message.schema.js';
import { checkData, checkImage } from '../shared/check-data.js';

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
