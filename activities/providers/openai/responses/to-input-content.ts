import type { ChatCall, MediaSource, Part } from '../../../../workflows/contracts/call.js';
import type { WireContent } from './wire.js';
import { refuseCall } from '../../refuse-call.js';

type Of<T extends Part['type']> = Extract<Part, { type: T }>;
export type Shown = Of<'text' | 'image' | 'file' | 'audio' | 'video'>;

export function isShown(part: Part): part is Shown {
  return ['text', 'image', 'file', 'audio', 'video'].includes(part.type);
}

/**
 * Text, images and files as content of a message or of a tool's result. Media that the API cannot carry fails the attempt
 * with `invalid_request`: an answer to a question without its recording would be wrong and paid for.
 */
export function toInputContent(part: Shown, { source }: ChatCall): WireContent {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return { type: 'input_image', ...toImage(part.source, source.dialect), detail: part.detail ?? 'auto' };
    case 'file':
      return { type: 'input_file', ...toFile(part, source.dialect) };
    case 'audio':
    case 'video':
      throw refuseCall(`This model's vendor does not take ${part.type} where it serves this model.`, 'messages');
  }
}

type SourceDialect = ChatCall['source']['dialect'];

function toImage(source: MediaSource, dialect: SourceDialect): { image_url: string } | { file_id: string } {
  if (source.type === 'file-id') return { file_id: ownFileId(source.id, dialect) };
  return { image_url: source.type === 'url' ? source.url : toDataUrl(source) };
}

function toFile(
  { source, filename }: Of<'file'>,
  dialect: SourceDialect,
): Omit<Extract<WireContent, { type: 'input_file' }>, 'type'> {
  if (source.type === 'file-id') return { file_id: ownFileId(source.id, dialect) };
  if (source.type === 'url') return { file_url: source.url };
  // The vendor wants a name with the data, which other dialects leave out.
  return { file_data: toDataUrl(source), filename: filename ?? defaultFilename(source.mediaType) };
}

/** The id names a file that one vendor keeps; another's means nothing here. */
function ownFileId(id: string, dialect: SourceDialect): string {
  if (dialect !== 'anthropic-messages') return id;
  throw refuseCall(
    "This model's vendor does not know the file; send its data or its URL in place of an id.",
    'messages',
  );
}

function toDataUrl({ mediaType, data }: Extract<MediaSource, { type: 'base64' }>): string {
  return `data:${mediaType};base64,${data}`;
}

function defaultFilename(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'file.pdf' : mediaType.startsWith('text/') ? 'file.txt' : 'file';
}
