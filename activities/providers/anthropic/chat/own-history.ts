import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { readReasoningProof } from '../../../../workflows/domain/reasoning-proof.js';
import { asObject, asObjects, isArray } from '../../json-fields.js';
import { asArray, asText } from './json-fields.js';
import type { Warnings } from '../../warnings.js';

/**
 * The messages of a caller of this dialect without what other vendors said in it before: the proofs of their reasoning
 * are nobody else's business, and this vendor refuses them, as it does citations of a search that it did not make. The
 * messages themselves where there is nothing of the kind.
 */
export function withoutForeignHistory(messages: Json | undefined, warnings: Warnings): Json | undefined {
  const all = asArray(messages);
  if (!asObjects(messages).some(({ content }) => asObjects(content).some(isForeign))) return messages;
  warnings.add(
    'ignored',
    'messages[].content[].thinking',
    'Reasoning and citations of another vendor were left out: Anthropic takes back its own only.',
  );
  return all.flatMap((message) => withoutForeign(message));
}

function withoutForeign(message: Json): readonly Json[] {
  const fields = asObject(message);
  const content = fields?.['content'];
  if (fields === undefined || !isArray(content)) return [message];
  const kept = content.filter((block) => !isForeignReasoning(asObject(block) ?? {})).map(withoutForeignCitations);
  // Nothing else was said: the vendor refuses an empty message, and joins the two beside it.
  return kept.length === 0 && content.length > 0 ? [] : [{ ...fields, content: kept }];
}

function isForeign(block: JsonObject): boolean {
  return isForeignReasoning(block) || asObjects(block['citations']).some(isForeignCitation);
}

function isForeignReasoning(block: JsonObject): boolean {
  const proof =
    block['type'] === 'thinking'
      ? block['signature']
      : block['type'] === 'redacted_thinking'
        ? block['data']
        : undefined;
  return readReasoningProof(asText(proof) ?? '') !== undefined;
}

/** The gateway leaves empty what only this vendor could have filled in. */
function isForeignCitation(citation: JsonObject): boolean {
  return citation['type'] === 'web_search_result_location' && citation['encrypted_index'] === '';
}

function withoutForeignCitations(block: Json): Json {
  const fields = asObject(block);
  if (fields === undefined || !isForeign(fields)) return block;
  const { citations, ...rest } = fields;
  const own = asObjects(citations).filter((citation) => !isForeignCitation(citation));
  return own.length === 0 ? rest : { ...rest, citations: own };
}
