import type { Citation } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount, asText, defined } from '../../json-fields.js';

/**
 * An annotation of a text (Annotation): a page of the web, or a file (`file_citation`, `container_file_citation`,
 * `file_path`), which differ in fields that only this dialect has.
 */
export function readCitation(annotation: JsonObject): Citation {
  const { start_index: start, end_index: end } = annotation;
  const place = withoutUndefined({ start: asCount(start), end: asCount(end) });
  const url = asText(annotation['url']);
  if (annotation['type'] === 'url_citation' && url !== undefined) {
    const title = asText(annotation['title']);
    return { type: 'url', url, ...withoutUndefined({ title }), ...place, ...extrasOf(annotation, URL_FIELDS) };
  }
  return {
    type: 'document',
    ...withoutUndefined({ fileId: asText(annotation['file_id']), title: asText(annotation['filename']) }),
    ...place,
    ...extrasOf(annotation, FILE_FIELDS),
  };
}

const URL_FIELDS = ['type', 'url', 'title', 'start_index', 'end_index'];
const FILE_FIELDS = ['file_id', 'filename', 'start_index', 'end_index'];

function extrasOf(annotation: JsonObject, held: readonly string[]): Pick<Citation, 'extras'> {
  const others = Object.entries(defined(annotation)).filter(([name]) => !held.includes(name));
  return others.length === 0 ? {} : { extras: { 'openai-responses': Object.fromEntries(others) } };
}

function withoutUndefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
