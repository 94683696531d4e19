import type { Citation } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';

/** Where in a message's text the text of a block stands, in characters. */
export interface BlockSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * A citation as an entry of `annotations`. `url_citation` is the specification's, with the cited words in OpenRouter's field
 * `content`. A citation of one of the request's own documents has no form there, so it is `document_citation`, an extension
 * of this gateway. A vendor that does not say which words rest on the source means all of the block.
 */
export function renderAnnotation(citation: Citation, block: BlockSpan): JsonObject {
  return citation.type === 'url' ? renderUrl(citation, block) : renderDocument(citation, block);
}

function renderUrl(citation: Extract<Citation, { type: 'url' }>, block: BlockSpan): JsonObject {
  const { url, title, citedText, start, end, extras } = citation;
  return {
    type: 'url_citation',
    url_citation: {
      ...extras?.['openai-chat'],
      url,
      title: title ?? '',
      start_index: start === undefined ? block.start : block.start + start,
      end_index: end === undefined ? block.end : block.start + end,
      ...(citedText !== undefined && { content: citedText }),
    },
  };
}

function renderDocument(citation: Extract<Citation, { type: 'document' }>, block: BlockSpan): JsonObject {
  const { document, fileId, title, citedText, unit, start, end } = citation;
  return {
    type: 'document_citation',
    document_citation: {
      ...(document !== undefined && { document_index: document }),
      ...(fileId !== undefined && { file_id: fileId }),
      ...(title !== undefined && { title }),
      ...(citedText !== undefined && { content: citedText }),
      ...(unit !== undefined && { unit }),
      ...(start !== undefined && { source_start: start }),
      ...(end !== undefined && { source_end: end }),
      start_index: block.start,
      end_index: block.end,
    },
  };
}
