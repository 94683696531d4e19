import type { Citation } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount } from '../../json-fields.js';
import { asText } from './json-fields.js';

type DocumentCitation = Extract<Citation, { type: 'document' }>;

/** What each kind of place in a document is called (page "Citations"). */
const PLACES: { readonly [type: string]: readonly [NonNullable<DocumentCitation['unit']>, string, string] } = {
  char_location: ['character', 'start_char_index', 'end_char_index'],
  page_location: ['page', 'start_page_number', 'end_page_number'],
  content_block_location: ['block', 'start_block_index', 'end_block_index'],
  search_result_location: ['block', 'start_block_index', 'end_block_index'],
};

/** A citation of a text block; `undefined` for a kind that is not known. What has no canonical name is carried as an extra. */
export function readCitation(written: JsonObject): Citation | undefined {
  const type = asText(written['type']) ?? '';
  const url = asText(written['url']);
  if (type === 'web_search_result_location' && url !== undefined) return toUrlCitation(written, url);
  return Object.hasOwn(PLACES, type) ? toDocumentCitation(written, type) : undefined;
}

function toUrlCitation(written: JsonObject, url: string): Citation {
  return {
    type: 'url',
    url,
    ...texts({ title: written['title'], citedText: written['cited_text'] }),
    ...extras(written, ['type', 'url', 'title', 'cited_text']),
  };
}

function toDocumentCitation(written: JsonObject, type: string): Citation | undefined {
  const [unit, startField, endField] = PLACES[type] ?? ['character', '', ''];
  const title = written['document_title'] ?? written['title'];
  const known = ['document_index', 'document_title', 'title', 'file_id', 'cited_text', startField, endField];
  return {
    type: 'document',
    ...counts({ document: written['document_index'], start: written[startField], end: written[endField] }),
    ...texts({ fileId: written['file_id'], title, citedText: written['cited_text'] }),
    unit,
    // Of a search result the kind itself says what the rest means.
    ...extras(written, type === 'search_result_location' ? known : ['type', ...known]),
  };
}

function texts<K extends string>(fields: { readonly [N in K]: Json | undefined }): { readonly [N in K]?: string } {
  const found = Object.entries<Json | undefined>(fields).filter(([, value]) => asText(value) !== undefined);
  return Object.fromEntries(found) as { readonly [N in K]?: string };
}

function counts<K extends string>(fields: { readonly [N in K]: Json | undefined }): { readonly [N in K]?: number } {
  const found = Object.entries<Json | undefined>(fields).filter(([, value]) => asCount(value) !== undefined);
  return Object.fromEntries(found) as { readonly [N in K]?: number };
}

function extras(written: JsonObject, known: readonly string[]): Pick<Citation, 'extras'> {
  const others = Object.entries(written).filter(([name, value]) => value != null && !known.includes(name));
  return others.length === 0 ? {} : { extras: { 'anthropic-messages': Object.fromEntries(others) } };
}
