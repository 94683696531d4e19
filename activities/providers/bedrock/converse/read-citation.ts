import type { Citation } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount, asObject, asObjects } from '../../json-fields.js';
import { asText } from '../../anthropic/chat/json-fields.js';

type Unit = 'character' | 'page' | 'block';

/** What each kind of place in a document is called (`CitationLocation`), and where it names the document. */
const PLACES: readonly (readonly [kind: string, unit: Unit, index: string])[] = [
  ['documentChar', 'character', 'documentIndex'],
  ['documentPage', 'page', 'documentIndex'],
  ['documentChunk', 'block', 'documentIndex'],
  ['searchResultLocation', 'block', 'searchResultIndex'],
];

/** A citation of a text block; `undefined` for one of a kind that is not known. */
export function readCitation(written: JsonObject): Citation | undefined {
  const location = asObject(written['location']) ?? {};
  const title = asText(written['title']);
  const citedText = asObjects(written['sourceContent'])
    .map(({ text }) => asText(text) ?? '')
    .join('');
  const common = { ...(title !== undefined && { title }), ...(citedText !== '' && { citedText }) };
  const url = asText(asObject(location['web'])?.['url']);
  if (url !== undefined) return { type: 'url', url, ...common };
  for (const [kind, unit, index] of PLACES) {
    const place = asObject(location[kind]);
    if (place !== undefined) return { type: 'document', ...common, unit, ...positions(place, index) };
  }
  return undefined;
}

function positions(
  place: JsonObject,
  index: string,
): Pick<Extract<Citation, { type: 'document' }>, 'document' | 'start' | 'end'> {
  const [document, start, end] = [asCount(place[index]), asCount(place['start']), asCount(place['end'])];
  return {
    ...(document !== undefined && { document }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
  };
}
