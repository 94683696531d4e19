import type { RerankCall } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/** Documents that one search unit pays for, and tokens after which one document counts as two (https://cohere.com/pricing). */
const DOCUMENTS_A_SEARCH_UNIT = 100;
const TOKENS_A_DOCUMENT = 500;

/** Token vendors read the query once for each document; search units count documents, long ones several times. */
export function rerankDemand(call: RerankCall): MediaSize {
  const queryBytes = utf8Length(call.query);
  const textBytes = queryBytes + lengthsOf(call).reduce((sum, length) => sum + length, 0);
  const images = call.documents.filter(({ type }) => type === 'image').length;
  return {
    textBytes,
    units: {
      // Vendors add a few marks to each pair.
      input: textBytes + (queryBytes + 8) * call.documents.length,
      search_units: searchUnitsOf(call, 1),
      ...(images > 0 && { images }),
    },
    asked: {},
  };
}

/** What a call comes to in search units, where so many bytes are a token: 1 is the most that it can come to. */
export function searchUnitsOf(call: Pick<RerankCall, 'query' | 'documents'>, bytesPerToken: number): number {
  const tokensOf = (bytes: number): number => Math.ceil(bytes / bytesPerToken);
  // The query is part of each piece that a long document is cut into.
  const room = Math.max(1, TOKENS_A_DOCUMENT - tokensOf(utf8Length(call.query)));
  const pieces = lengthsOf(call).reduce((sum, length) => sum + Math.max(1, Math.ceil(tokensOf(length) / room)), 0);
  return Math.ceil(pieces / DOCUMENTS_A_SEARCH_UNIT);
}

function lengthsOf({ documents }: Pick<RerankCall, 'documents'>): readonly number[] {
  return documents.map((document) => (document.type === 'text' ? utf8Length(document.text) : 0));
}
