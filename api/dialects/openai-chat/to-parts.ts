import type { Extras, MediaSource, Part } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { reasoningVendor } from '../../../workflows/domain/reasoning-formats.js';
import type { AssistantMessage, AssistantPart, UserContent, UserPart } from './chat-message.schema.js';
import { fieldsBesides } from '../shared/fields-besides.js';
import { audioMediaType, fileMediaType, toMediaSource } from '../shared/media-source.js';

type ReasoningDetail = NonNullable<AssistantMessage['reasoning_details']>[number];

/**
 * The fields of an object that the canonical form has no name for, under this dialect's name; nothing where there are none.
 * `inner` are the same of the objects inside it, by the name of the field that holds them.
 */
export function extrasOf(
  object: object,
  known: readonly string[],
  inner: { readonly [field: string]: JsonObject } = {},
): { readonly extras?: Extras } {
  const nested = Object.entries(inner).filter(([, fields]) => Object.keys(fields).length > 0);
  const fields = { ...fieldsBesides(object, known), ...Object.fromEntries(nested) };
  return Object.keys(fields).length === 0 ? {} : { extras: { 'openai-chat': fields } };
}

export function toUserParts(content: UserContent): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content.map(toUserPart);
}

function toUserPart(part: UserPart): Part {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...extrasOf(part, ['type', 'text']) };
    case 'image_url':
      return toImage(part);
    case 'input_audio':
      return toAudio(part);
    case 'video_url':
      return toVideo(part);
    case 'file':
      return toFile(part);
  }
}

function toImage(part: Extract<UserPart, { type: 'image_url' }>): Part {
  const image = part.image_url;
  return {
    type: 'image',
    source: toMediaSource(image.url, 'image/png'),
    ...(image.detail != null && { detail: image.detail }),
    ...extrasOf(part, ['type', 'image_url'], { image_url: fieldsBesides(image, ['url', 'detail']) }),
  };
}

function toAudio(part: Extract<UserPart, { type: 'input_audio' }>): Part {
  const { data, format } = part.input_audio;
  return {
    type: 'audio',
    source: toMediaSource(data, audioMediaType(format)),
    format,
    ...extrasOf(part, ['type', 'input_audio'], { input_audio: fieldsBesides(part.input_audio, ['data', 'format']) }),
  };
}

function toVideo(part: Extract<UserPart, { type: 'video_url' }>): Part {
  return {
    type: 'video',
    source: toMediaSource(part.video_url.url, 'video/mp4'),
    ...extrasOf(part, ['type', 'video_url'], { video_url: fieldsBesides(part.video_url, ['url']) }),
  };
}

function toFile(part: Extract<UserPart, { type: 'file' }>): Part {
  const { file_data: data, file_id: id, filename } = part.file;
  // With both, the data is what is sent: it needs no account's file store.
  const source: MediaSource =
    data != null ? toMediaSource(data, fileMediaType(filename ?? '')) : { type: 'file-id', id: id ?? '' };
  return {
    type: 'file',
    source,
    ...(filename != null && { filename }),
    ...extrasOf(part, ['type', 'file'], { file: fieldsBesides(part.file, ['file_data', 'file_id', 'filename']) }),
  };
}

/** Reasoning first, then what was said, then what was called: the order in which a model writes them. */
export function toAssistantParts(message: AssistantMessage): readonly Part[] {
  return [...toReasoning(message), ...toSaid(message), ...(message.tool_calls ?? []).map(toToolCall)];
}

function toReasoning(message: AssistantMessage): readonly Part[] {
  const details = (message.reasoning_details ?? []).flatMap(toReasoningPart);
  if (details.length > 0) return details;
  return message.reasoning_content ? [{ type: 'reasoning', text: message.reasoning_content }] : [];
}

/**
 * The form that `renderReasoningDetail` writes: OpenRouter's, which callers of this dialect already send back. OpenRouter's own
 * of OpenAI's reasoning is `reasoning.encrypted`, whose data is the proof of a text that is told apart from it.
 */
function toReasoningPart(detail: ReasoningDetail): readonly Part[] {
  const { text, data, signature, summary, id } = textsOf(detail);
  const vendor = reasoningVendor(asText(detail['format']) ?? '');
  const common = { ...(vendor !== undefined && { vendor }), ...(id !== undefined && { id }) };
  switch (detail.type) {
    case 'reasoning.text':
      if (text === undefined && signature === undefined) return [];
      return [{ type: 'reasoning', text: text ?? '', ...(signature !== undefined && { signature }), ...common }];
    case 'reasoning.encrypted':
      if (data === undefined) return [];
      return vendor === 'openai'
        ? [{ type: 'reasoning', text: '', signature: data, ...common }]
        : [{ type: 'reasoning', text: data, redacted: true, ...common }];
    case 'reasoning.summary':
      return summary === undefined ? [] : [{ type: 'reasoning', text: summary, ...common }];
    default:
      return [];
  }
}

function textsOf(detail: ReasoningDetail) {
  const { text, data, signature, summary, id } = detail;
  return {
    text: asText(text),
    data: asText(data),
    signature: asText(signature),
    summary: asText(summary),
    id: asText(id),
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toSaid(message: AssistantMessage): readonly Part[] {
  const said = message.content ?? [];
  const parts: readonly Part[] =
    typeof said === 'string' ? (said === '' ? [] : [{ type: 'text', text: said }]) : said.map(toAssistantPart);
  return message.refusal ? [...parts, { type: 'refusal', text: message.refusal }] : parts;
}

function toAssistantPart(part: AssistantPart): Part {
  return part.type === 'text'
    ? { type: 'text', text: part.text, ...extrasOf(part, ['type', 'text']) }
    : { type: 'refusal', text: part.refusal, ...extrasOf(part, ['type', 'refusal']) };
}

function toToolCall(call: NonNullable<AssistantMessage['tool_calls']>[number]): Part {
  const { id } = call;
  if (call.type === 'custom') {
    const { name, input } = call.custom;
    const extras = extrasOf(call, ['id', 'type', 'custom'], { custom: fieldsBesides(call.custom, ['name', 'input']) });
    return { type: 'tool-call', id, name, arguments: input, custom: true, ...extras };
  }
  const { name, arguments: written } = call.function;
  const inner = fieldsBesides(call.function, ['name', 'arguments']);
  return {
    type: 'tool-call',
    id,
    name,
    arguments: written,
    ...extrasOf(call, ['id', 'type', 'function'], { function: inner }),
  };
}
