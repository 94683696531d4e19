import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asArray, asObject, asObjects, asText, isBlank } from './json-fields.js';

/** A piece of what a choice says, before it has a block number. */
export type ContentPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string; readonly signature?: string; readonly redacted?: string }
  | { readonly type: 'opaque'; readonly data: JsonObject };

/** Fields of a message that have no canonical form; in the vendor's own dialect they are rendered from the wire. */
const OPAQUE_FIELDS = ['audio', 'annotations', 'images'];

/** What a message, or a delta of one, says besides its tool calls: reasoning first, as models write it. */
export function readContent(message: JsonObject): readonly ContentPiece[] {
  return [
    ...readReasoning(message),
    ...readText(message['content']),
    ...pieceOf('refusal', asText(message['refusal'])),
    ...OPAQUE_FIELDS.flatMap((field) => readOpaque(field, message[field])),
  ];
}

/**
 * `reasoning_content` (DeepSeek, z.ai, Qwen, xAI) or `reasoning` (Groq, Ollama, OpenRouter). OpenRouter repeats its text in
 * `reasoning_details`, which alone have the proofs that must go back to their vendor.
 */
function readReasoning(message: JsonObject): readonly ContentPiece[] {
  const text = asText(message['reasoning_content']) ?? asText(message['reasoning']);
  const proofs = asObjects(message['reasoning_details']).flatMap(readProof);
  return [...pieceOf('reasoning', text), ...proofs];
}

function readProof(detail: JsonObject): readonly ContentPiece[] {
  const signature = asText(detail['signature']);
  const redacted = detail['type'] === 'reasoning.encrypted' ? asText(detail['data']) : undefined;
  if (redacted !== undefined) return [{ type: 'reasoning', text: '', redacted }];
  return signature === undefined ? [] : [{ type: 'reasoning', text: '', signature }];
}

/** A string, or Mistral's list of parts, whose thinking is itself a list of text parts. */
function readText(content: Json | undefined): readonly ContentPiece[] {
  if (typeof content === 'string') return pieceOf('text', asText(content));
  return (asArray(content) ?? []).flatMap((item) => {
    const part = asObject(item);
    if (part === undefined) return typeof item === 'string' ? pieceOf('text', asText(item)) : [];
    if (part['type'] === 'text') return pieceOf('text', asText(part['text']));
    if (part['type'] === 'refusal') return pieceOf('refusal', asText(part['refusal']));
    if (part['type'] === 'thinking') return pieceOf('reasoning', thinkingText(part['thinking']));
    return [{ type: 'opaque' as const, data: { content: part } }];
  });
}

function thinkingText(thinking: Json | undefined): string | undefined {
  if (typeof thinking === 'string') return asText(thinking);
  return asText(
    asObjects(thinking)
      .map((part) => asText(part['text']) ?? '')
      .join(''),
  );
}

function readOpaque(field: string, value: Json | undefined): readonly ContentPiece[] {
  if (value === undefined || isBlank(value)) return [];
  return [{ type: 'opaque', data: { [field]: value } }];
}

function pieceOf(type: 'text' | 'refusal' | 'reasoning', text: string | undefined): readonly ContentPiece[] {
  return text === undefined ? [] : [{ type, text }];
}
