import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { RerankCall } from '../../../../workflows/contracts/media-calls.js';
import { toPictureUrl } from '../../picture-data.js';
import type { MediaAttempt } from '../../port.js';
import { documentTexts, ignoredOfRerank, refuseMoreDocuments } from '../../rerank-documents.js';
import { createWarnings } from '../../warnings.js';
import type { RerankProfile } from './profiles.js';

/** What the gateway reads itself, of its own fields and of Cohere's. */
const READ: ReadonlySet<string> = new Set([
  ...['models', 'provider', 'include_route', 'on_disconnect', 'session_id', 'user'],
  ...['model', 'query', 'documents', 'top_n', 'max_tokens_per_doc', 'return_documents', 'rank_fields'],
]);

/** The body of the vendor's request. */
export function toCohereRerank(
  { call, offer }: MediaAttempt<RerankCall>,
  profile: RerankProfile,
): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  if (profile.maxDocuments !== undefined) refuseMoreDocuments(call, profile.maxDocuments);
  const { query, topN, maxTokensPerDocument, endUser } = call;
  const warnings = createWarnings();
  const others = Object.entries(call.source.body).filter(([name, value]) => !READ.has(name) && value !== null);
  const dropped = [...(profile.speaksCohere ? [] : others.map(([name]) => name)), ...(endUser === undefined ? [] : ['user'])];
  for (const name of dropped) warnings.add('unsupported', name, 'The vendor does not take this field; it was left out.');
  return {
    body: {
      model: offer.vendorModel,
      query,
      documents: toDocuments(call, profile),
      ...(topN !== undefined && { [profile.topField]: topN }),
      ...(profile.takesMaxTokens && maxTokensPerDocument !== undefined && { max_tokens_per_doc: maxTokensPerDocument }),
      ...(profile.returnsDocuments && { return_documents: false }),
      ...(profile.speaksCohere && Object.fromEntries(others)),
    },
    warnings: [...warnings.list(), ...(profile.takesMaxTokens ? [] : ignoredOfRerank(call))],
  };
}

function toDocuments({ documents }: RerankCall, { takesImages }: RerankProfile): Json {
  if (!takesImages || documents.every(({ type }) => type === 'text')) return [...documentTexts(documents)];
  return documents.map((document, index) =>
    document.type === 'text'
      ? { text: document.text }
      : { image: toPictureUrl(document.source, `documents[${index}]`) },
  );
}
