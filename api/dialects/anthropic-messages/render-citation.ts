import type { Citation } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';

/** A citation of another vendor in the dialect's form; `undefined` where no form of it fits. */
export function renderCitation(citation: Citation): JsonObject | undefined {
  if (citation.type === 'url') {
    return {
      type: 'web_search_result_location',
      cited_text: citation.citedText ?? '',
      url: citation.url,
      title: citation.title ?? null,
      // The vendor's proof of its own search; there was none, and none is made up.
      encrypted_index: '',
    };
  }
  const { document, start, end, unit = 'character' } = citation;
  if (document === undefined || start === undefined || end === undefined) return undefined;
  return {
    ...POSITIONS[unit](start, end),
    cited_text: citation.citedText ?? '',
    document_index: document,
    document_title: citation.title ?? null,
    file_id: citation.fileId ?? null,
  };
}

type Position = (start: number, end: number) => JsonObject;

const POSITIONS: { readonly [U in NonNullable<Extract<Citation, { type: 'document' }>['unit']>]: Position } = {
  character: (start, end) => ({ type: 'char_location', start_char_index: start, end_char_index: end }),
  page: (start, end) => ({ type: 'page_location', start_page_number: start, end_page_number: end }),
  block: (start, end) => ({ type: 'content_block_location', start_block_index: start, end_block_index: end }),
};
