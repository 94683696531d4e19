import type { Citation } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount, asObject, asObjects, asText, isArray } from '../../json-fields.js';

/**
 * The sources that an answer rests on: pages by the passage that each supports
 * (https://ai.google.dev/api/generate-content#GroundingMetadata), and what was recited (`citationMetadata`).
 */
export function readCitations(candidate: JsonObject): readonly Citation[] {
  return [
    ...readGrounding(asObject(candidate['groundingMetadata'])),
    ...readRecited(asObject(candidate['citationMetadata'])),
  ];
}

function readGrounding(metadata: JsonObject | undefined): readonly Citation[] {
  const pages = asObjects(metadata?.['groundingChunks']).map((chunk) => asObject(chunk['web'] ?? chunk['maps']));
  return asObjects(metadata?.['groundingSupports']).flatMap((support) => {
    const segment = asObject(support['segment']);
    const indices = isArray(support['groundingChunkIndices']) ? support['groundingChunkIndices'] : [];
    return indices.flatMap((index) => toCitation(pages[asCount(index) ?? -1], segment));
  });
}

function readRecited(metadata: JsonObject | undefined): readonly Citation[] {
  const sources = [...asObjects(metadata?.['citationSources']), ...asObjects(metadata?.['citations'])];
  return sources.flatMap((source) => toCitation(source, source));
}

function toCitation(page: JsonObject | undefined, segment: JsonObject | undefined): readonly Citation[] {
  const url = asText(page?.['uri']);
  if (url === undefined) return [];
  const title = asText(page?.['title']);
  const citedText = asText(segment?.['text']);
  const end = asCount(segment?.['endIndex']);
  // A zero is not written.
  const start = end === undefined ? undefined : (asCount(segment?.['startIndex']) ?? 0);
  return [
    {
      type: 'url',
      url,
      ...(title !== undefined && { title }),
      ...(citedText !== undefined && { citedText }),
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    },
  ];
}
