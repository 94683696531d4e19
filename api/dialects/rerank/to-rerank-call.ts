import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { RerankCall, RerankDocument } from '../../../workflows/contracts/media-calls.js';
import type { RequestError } from '../../http/describe-issue.js';
import { checkImage } from '../shared/check-data.js';
import { isWebUrl, parseBase64DataUrl } from '../shared/data-url.js';
import { toMediaSource } from '../shared/media-source.js';
import type { RerankRequestFields } from './rerank-request.schema.js';

type Given = RerankRequestFields['documents'][number];

export type ReadRerank =
  { readonly ok: true; readonly call: RerankCall } | { readonly ok: false; readonly error: RequestError };

/** The call, or what is wrong with a document. */
export function toRerankCall(body: JsonObject, fields: RerankRequestFields): ReadRerank {
  const { query, documents, rank_fields: ranked, top_n: topN, max_tokens_per_doc: most, user } = fields;
  const read = documents.map((document, index) => toDocument(document, ranked ?? undefined, `documents[${index}]`));
  const wrong = read.find((document): document is RequestError => 'message' in document);
  if (wrong) return { ok: false, error: wrong };
  return {
    ok: true,
    call: {
      kind: 'rerank',
      source: { dialect: 'cohere-rerank', body },
      stream: false,
      query,
      documents: read as readonly RerankDocument[],
      ...(topN != null && { topN }),
      ...(most != null && { maxTokensPerDocument: most }),
      ...(user != null && { endUser: user }),
    },
  };
}

function toDocument(
  given: Given,
  ranked: readonly string[] | undefined,
  param: string,
): RerankDocument | RequestError {
  if (typeof given === 'string') return { type: 'text', text: given };
  const { image, text } = given;
  if (typeof image === 'string' && text === undefined && ranked === undefined) return toPicture(image, `${param}.image`);
  if (typeof image === 'string' && ranked === undefined) {
    return wrong(param, 'has a text and an image, which are ranked apart. Send two documents');
  }
  const names = ranked ?? ['text'];
  const lines = names.flatMap((name) => (given[name] == null ? [] : [[name, String(given[name])] as const]));
  if (lines.length === 0) {
    const what = ranked ? "none of the fields that 'rank_fields' names" : "neither 'text' nor 'image'";
    return wrong(param, `has ${what}`);
  }
  // Cohere's advice for documents with fields: as YAML, in the order that matters.
  const [only] = lines;
  if (lines.length === 1 && only?.[0] === 'text') return { type: 'text', text: only[1] };
  return { type: 'text', text: lines.map(([name, line]) => `${name}: ${line}`).join('\n') };
}

function toPicture(image: string, param: string): RerankDocument | RequestError {
  if (!isWebUrl(image) && parseBase64DataUrl(image) === undefined) {
    return wrong(param, 'is neither the URL of a picture nor a data URL');
  }
  return checkImage(image, param) ?? { type: 'image', source: toMediaSource(image, 'image/png') };
}

function wrong(param: string, what: string): RequestError {
  return { message: `Invalid '${param}': it ${what}.`, param, code: 'invalid_value' };
}
