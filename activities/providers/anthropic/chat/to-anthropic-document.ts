import type { MediaSource, Part } from '../../../../workflows/contracts/call.js';
import { refuseCall } from '../../refuse-call.js';
import type { DocumentBlock } from './wire.js';

type FilePart = Extract<Part, { type: 'file' }>;

/** Media types whose bytes are text, besides `text/*`. */
const TEXT_TYPES = new Set(['application/json', 'application/xml', 'application/yaml', 'application/x-yaml']);
/** `%PDF-` in base64, whatever follows. */
const PDF_START = 'JVBERi';

/** A file as a document block: a PDF as it is, a text as text, a URL as a URL. Throws `invalid_request` for anything else. */
export function toAnthropicDocument(part: FilePart, place: string): DocumentBlock {
  return {
    type: 'document',
    source: toSource(part.source, place),
    ...(part.filename !== undefined && part.filename !== '' && { title: part.filename }),
  };
}

function toSource(source: MediaSource, place: string): DocumentBlock['source'] {
  switch (source.type) {
    case 'url':
      return { type: 'url', url: source.url };
    case 'file-id':
      throw refuseCall('A file id of another vendor means nothing to Anthropic. Send the data itself.', place);
    case 'base64':
      return fromBytes(source, place);
  }
}

function fromBytes(source: Extract<MediaSource, { type: 'base64' }>, place: string): DocumentBlock['source'] {
  const mediaType = source.mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  // A file of an unknown type may still begin as a PDF does.
  if (mediaType === 'application/pdf' || source.data.startsWith(PDF_START)) {
    return { type: 'base64', media_type: 'application/pdf', data: source.data };
  }
  if (mediaType.startsWith('text/') || TEXT_TYPES.has(mediaType)) {
    return { type: 'text', media_type: 'text/plain', data: decodeText(source.data, place) };
  }
  throw refuseCall(`Anthropic takes PDF and text files, not ${mediaType || 'files of an unknown type'}.`, place);
}

function decodeText(data: string, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'));
  } catch {
    throw refuseCall('The file is declared as text, but its bytes are not UTF-8.', place);
  }
}
