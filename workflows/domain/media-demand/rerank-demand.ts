import type { RerankCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Documents that one search unit pays for, and tokens after which one document counts as two (https://cohere.com/pricing). */
const DOCUMENTS_A_SEARCH_UNIT = 100;
const TOKENS_A_DOCUMENT = 500;

/** Token vendors read the query once for each document; search units count documents, long ones several times. */
export function rerankDemand({ query, documents }: RerankCall): MediaSize {
  const queryBytes = utf8Length(query);
  const lengths = documents.map((document) => (document.type === 'text' ? utf8Length(document.text) : 0));
  const textBytes = queryBytes + lengths.reduce((sum, length) => sum + length, 0);
  // The query is part of each piece that a long document is cut into.
  const room = Math.max(1, TOKENS_A_DOCUMENT - queryBytes);
  const pieces = lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / room)), 0);
  return {
    textBytes,
    units: {
      input: textBytes + queryBytes * documents.length,
      search_units: Math.ceil(pieces / DOCUMENTS_A_SEARCH_UNIT),
    },
    asked: {},
  };
}
