import type { MediaSource, Part } from '../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { readReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { asObject, asText } from './json-fields.js';
import { blocksOf } from './parse-block.js';
import { readToolId } from './tool-ids.js';

/**
 * A content block in canonical form. Nothing for what only this dialect has; `untranslated-content.ts` says so to the
 * caller where another vendor answers.
 */
export function toParts(block: JsonObject): readonly Part[] {
  switch (block['type']) {
    case 'text':
      return textPart(asText(block['text']));
    case 'image':
      return toImage(asObject(block['source']));
    case 'document':
      return toDocument(block);
    case 'search_result':
      return textPart([text(block['title']), text(block['source']), textsOf(block['content'])].join('\n'));
    case 'tool_use':
      return [
        {
          type: 'tool-call',
          id: readToolId(text(block['id'])),
          name: text(block['name']),
          arguments: JSON.stringify(block['input'] ?? {}),
        },
      ];
    case 'tool_result':
      return [
        {
          type: 'tool-result',
          toolCallId: readToolId(text(block['tool_use_id'])),
          content: blocksOf(block['content']).flatMap(toParts),
          ...(block['is_error'] === true && { isError: true }),
        },
      ];
    case 'thinking':
      return [toReasoning(text(block['thinking']), text(block['signature']))];
    case 'redacted_thinking':
      return [toRedacted(text(block['data']))];
    default:
      return [];
  }
}

/** The signature of another vendor's reasoning names that vendor; any other is the dialect's own vendor's. */
function toReasoning(thinking: string, signature: string): Part {
  const proof = readReasoningProof(signature);
  if (proof === undefined) {
    return { type: 'reasoning', text: thinking, vendor: 'anthropic', ...(signature !== '' && { signature }) };
  }
  return {
    type: 'reasoning',
    text: thinking,
    ...(proof.id !== undefined && { id: proof.id }),
    ...(proof.vendor !== '' && { vendor: proof.vendor }),
    ...(proof.data !== '' && { signature: proof.data }),
  };
}

function toRedacted(data: string): Part {
  const proof = readReasoningProof(data);
  return {
    type: 'reasoning',
    text: proof?.data ?? data,
    redacted: true,
    vendor: proof?.vendor ?? 'anthropic',
    ...(proof?.id !== undefined && { id: proof.id }),
  };
}

function toImage(source: JsonObject | undefined): readonly Part[] {
  const canonical = toMediaSource(source);
  return canonical === undefined ? [] : [{ type: 'image', source: canonical }];
}

/** A document that is text is text everywhere; a vendor that takes files may well not take this kind. */
function toDocument(block: JsonObject): readonly Part[] {
  const source = asObject(block['source']);
  const title = asText(block['title']);
  const heading = textPart([title, asText(block['context'])].filter((line) => line !== undefined).join('\n'));
  if (source?.['type'] === 'text') return [...heading, ...textPart(asText(source['data']))];
  if (source?.['type'] === 'content') return [...heading, ...blocksOf(source['content']).flatMap(toParts)];
  const canonical = toMediaSource(source);
  if (canonical === undefined) return [];
  const context = textPart(asText(block['context']));
  return [{ type: 'file', source: canonical, ...(title !== undefined && { filename: title }) }, ...context];
}

function toMediaSource(source: JsonObject | undefined): MediaSource | undefined {
  switch (source?.['type']) {
    case 'base64':
      return { type: 'base64', mediaType: text(source['media_type']), data: text(source['data']) };
    case 'url':
      return { type: 'url', url: text(source['url']) };
    case 'file':
      return { type: 'file-id', id: text(source['file_id']) };
    default:
      return undefined;
  }
}

function textPart(words: string | undefined): readonly Part[] {
  return words === undefined || words === '' ? [] : [{ type: 'text', text: words }];
}

function textsOf(content: Json | undefined): string {
  return blocksOf(content)
    .map((block) => text(block['text']))
    .join('\n');
}

function text(value: Json | undefined): string {
  return asText(value) ?? '';
}
