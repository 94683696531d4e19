import type { Citation } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';

/**
 * A source as an annotation. Where the vendor told no place, the source is that of all the text so far, as Anthropic has
 * it: a block of text is cited as a whole. `cited_text` is the vendor's quotation, which OpenAI's annotations have no field for.
 */
export function renderCitation(citation: Citation, textLength: number): JsonObject {
  const quoted = citation.citedText !== undefined && { cited_text: citation.citedText };
  if (citation.type === 'url') {
    const { url, title = url, start = 0, end = textLength } = citation;
    return { type: 'url_citation', start_index: start, end_index: end, url, title, ...quoted };
  }
  const { document = 0, fileId, title } = citation;
  const name = title ?? `document ${document + 1}`;
  return {
    type: 'file_citation',
    file_id: fileId ?? `document_${document}`,
    filename: name,
    index: document,
    ...quoted,
  };
}
