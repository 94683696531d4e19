import type { MediaSource, Part } from '../../../workflows/contracts/call.js';
import { readReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { audioMediaType, fileMediaType, toMediaSource } from '../shared/media-source.js';
import { extrasOf } from './extras.js';
import type {
  CustomToolCallItem,
  FunctionCallItem,
  InputContent,
  InputPart,
  OutputContent,
  ReasoningItem,
} from './input-item.schema.js';
import { joinedName, type NamespacedTool } from './namespaces.js';

export function toInputParts(content: InputContent): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content.map(toInputPart);
}

function toInputPart(part: InputPart): Part {
  switch (part.type) {
    case 'input_text':
      return { type: 'text', text: part.text, ...extrasOf(part, ['type', 'text']) };
    case 'input_image':
      return toImage(part);
    case 'input_file':
      return toFile(part);
    case 'input_audio':
      return toAudio(part);
  }
}

function toImage(part: Extract<InputPart, { type: 'input_image' }>): Part {
  const { image_url: url, file_id: id, detail } = part;
  return {
    type: 'image',
    // With both, the URL is what is sent: it needs no account's file store.
    source: url != null ? toMediaSource(url, 'image/png') : { type: 'file-id', id: id ?? '' },
    ...(detail != null && { detail }),
    ...extrasOf(part, ['type', 'image_url', 'file_id', 'detail']),
  };
}

function toFile(part: Extract<InputPart, { type: 'input_file' }>): Part {
  const { filename } = part;
  return {
    type: 'file',
    source: fileSource(part),
    ...(filename != null && { filename }),
    ...extrasOf(part, ['type', 'file_data', 'file_id', 'file_url', 'filename']),
  };
}

function fileSource(part: Extract<InputPart, { type: 'input_file' }>): MediaSource {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  if (data != null) return toMediaSource(data, fileMediaType(filename ?? ''));
  return url != null ? { type: 'url', url } : { type: 'file-id', id: id ?? '' };
}

function toAudio(part: Extract<InputPart, { type: 'input_audio' }>): Part {
  const { data, format } = part.input_audio;
  return {
    type: 'audio',
    source: toMediaSource(data, audioMediaType(format)),
    format,
    ...extrasOf(part, ['type', 'input_audio']),
  };
}

export function toOutputParts(content: OutputContent): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return content.map((part) =>
    part.type === 'output_text'
      ? { type: 'text', text: part.text, ...extrasOf(part, ['type', 'text']) }
      : { type: 'refusal', text: part.refusal, ...extrasOf(part, ['type', 'refusal']) },
  );
}

export function toFunctionCall(item: FunctionCallItem, tools: readonly NamespacedTool[]): Part {
  return {
    type: 'tool-call',
    id: item.call_id,
    name: joinedName(tools, item),
    arguments: item.arguments,
    ...extrasOf(item, ['type', 'call_id', 'name', 'namespace', 'arguments']),
  };
}

export function toCustomCall(item: CustomToolCallItem, tools: readonly NamespacedTool[]): Part {
  return {
    type: 'tool-call',
    id: item.call_id,
    name: joinedName(tools, item),
    arguments: item.input,
    custom: true,
    ...extrasOf(item, ['type', 'call_id', 'name', 'namespace', 'input']),
  };
}

/**
 * Reasoning as its own vendor wants it back. A proof that we wrote names that vendor; any other `encrypted_content` can
 * only be OpenAI's. Raw reasoning (`content`) says more than its summary, so it is what is carried where both are there.
 */
export function toReasoning(item: ReasoningItem): Part {
  const { id, summary, content, encrypted_content: encrypted } = item;
  const written = content != null && content.length > 0 ? content : summary;
  const text = written.map((part) => part.text).join('\n\n');
  const extras = extrasOf(item, ['type', 'summary', 'content', 'encrypted_content']);
  if (encrypted == null) return { type: 'reasoning', text, ...(id != null && { id }), ...extras };
  const proof = readReasoningProof(encrypted);
  if (!proof) {
    return { type: 'reasoning', text, ...(id != null && { id }), signature: encrypted, vendor: 'openai', ...extras };
  }
  const { vendor, kind, data } = proof;
  const named = { vendor, ...(proof.id !== undefined && { id: proof.id }), ...extras };
  return kind === 'redacted'
    ? { type: 'reasoning', text: data, redacted: true, ...named }
    : { type: 'reasoning', text, signature: data, ...named };
}
