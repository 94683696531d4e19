import type { Citation } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { reasoningVendor } from '../../../../workflows/domain/reasoning-formats.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { asArray, isBlank } from './json-fields.js';

/** A piece of what a choice says, before it has a block number. */
export type ContentPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | {
      readonly type: 'reasoning';
      readonly text: string;
      readonly id?: string;
      readonly vendor?: string;
      readonly signature?: string;
      readonly redacted?: string;
    }
  | { readonly type: 'citation'; readonly citation: Citation }
  | {
      readonly type: 'audio';
      readonly id?: string;
      readonly data?: string;
      readonly transcript?: string;
      readonly expiresAtSeconds?: number;
    }
  | { readonly type: 'opaque'; readonly data: JsonObject };

/** What a message, or a delta of one, says besides its tool calls: reasoning first, as models write it. */
export function readContent(message: JsonObject): readonly ContentPiece[] {
  return [
    ...readReasoning(message),
    ...readText(message['content']),
    ...pieceOf('refusal', asText(message['refusal'])),
    ...asObjects(message['annotations']).flatMap(readAnnotation),
    ...readAudio(asObject(message['audio'])),
    // Pictures that a model made have no canonical form; in the vendor's own dialect they are rendered from the wire.
    ...readOpaque('images', message['images']),
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
  const vendor = reasoningVendor(asText(detail['format']) ?? '');
  const id = asText(detail['id']);
  const common = { ...(id !== undefined && { id }), ...(vendor !== undefined && { vendor }) };
  // OpenAI's encrypted reasoning is the proof of a text that is told apart from it.
  if (redacted !== undefined && vendor === 'openai') {
    return [{ type: 'reasoning', text: '', signature: redacted, ...common }];
  }
  if (redacted !== undefined) return [{ type: 'reasoning', text: '', redacted, ...common }];
  return signature === undefined ? [] : [{ type: 'reasoning', text: '', signature, ...common }];
}

const CITATION_FIELDS = ['url', 'title', 'start_index', 'end_index', 'content'];

/** OpenAI's `url_citation`, and OpenRouter's, which adds the cited words as `content`. Any other kind is the vendor's own. */
function readAnnotation(annotation: JsonObject): readonly ContentPiece[] {
  const fields = asObject(annotation['url_citation']);
  const url = asText(fields?.['url']);
  if (fields === undefined || url === undefined) return readOpaque('annotations', [annotation]);
  const title = asText(fields['title']);
  const citedText = asText(fields['content']);
  const start = asCount(fields['start_index']);
  const end = asCount(fields['end_index']);
  const others = Object.entries(fields).filter(([name]) => !CITATION_FIELDS.includes(name));
  const citation: Citation = {
    type: 'url',
    url,
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && { citedText }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(others.length > 0 && { extras: { 'openai-chat': Object.fromEntries(others) } }),
  };
  return [{ type: 'citation', citation }];
}

function readAudio(audio: JsonObject | undefined): readonly ContentPiece[] {
  if (isBlank(audio)) return [];
  const id = asText(audio?.['id']);
  const data = asText(audio?.['data']);
  const transcript = asText(audio?.['transcript']);
  const expiresAtSeconds = asCount(audio?.['expires_at']);
  const fields = {
    ...(id !== undefined && { id }),
    ...(data !== undefined && { data }),
    ...(transcript !== undefined && { transcript }),
    ...(expiresAtSeconds !== undefined && { expiresAtSeconds }),
  };
  return Object.keys(fields).length === 0 ? [] : [{ type: 'audio', ...fields }];
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
