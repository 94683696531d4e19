import type { ChatCall, Part, Tool } from '../contracts/call.js';
import type { JsonObject } from '../contracts/json.js';
import type { Capability } from '../contracts/offers.js';
import type { Demand } from '../contracts/requests.js';
import { imageToolDemand } from './image-tool.js';
import { jsonLength, utf8Length } from './utf8-length.js';
import { vendorToolDemand } from './vendor-tools.js';

/** Upper bounds of what the call can consume, from its size alone: no tokenizer, no vendor, and always the same. */
export function demandOf(call: ChatCall): Demand {
  const parts = call.messages.flatMap(({ content }) => content.flatMap(withNested));
  // The body as the caller wrote it holds all that any vendor is told as text, tools and schemas included.
  const mediaBytes = parts.reduce((sum, part) => sum + countedElsewhere(part), 0);
  const images = parts.filter(({ type }) => type === 'image').length;
  const { searches, fileSearches, containers, steps } = vendorToolDemand(call);
  const imageTool = imageToolDemand(call, steps, images);
  return {
    inputBytes: Math.max(0, jsonLength(withoutCaps(call.source.body)) - mediaBytes),
    textBytes: parts.reduce((sum, part) => sum + textLength(part), 0) + call.tools.reduce(toolLength, 0),
    images,
    // A vendor that runs tools itself reads their results as input, and reads it all again at every step.
    unboundedMedia: parts.some(isUnbounded) || call.boundTo !== undefined || steps > 0,
    ...(call.maxOutputTokens !== undefined && { maxOutputTokens: call.maxOutputTokens }),
    ...(call.source.dialect === 'anthropic-messages' && { capIsDemanded: true as const }),
    choices: call.choices,
    searches,
    ...(fileSearches > 0 && { fileSearches }),
    ...(containers > 0 && { containers }),
    ...(imageTool && { imageTool }),
    ...(steps > 0 && { vendorSteps: steps }),
    needs: needsOf(call, parts, searches),
    ...(call.boundTo !== undefined && { boundTo: call.boundTo }),
  };
}

/** The names by which the dialects cap output. */
const CAPS: ReadonlySet<string> = new Set(['max_tokens', 'max_completion_tokens', 'max_output_tokens']);

/** A cap is told beside the prompt and is no part of it. A caller who adds the one that a 402 names needs no more for it. */
export function withoutCaps(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !CAPS.has(name)));
}

function textLength(part: Part): number {
  if ('text' in part) return utf8Length(part.text);
  return part.type === 'tool-call' ? utf8Length(part.name) + utf8Length(part.arguments) : 0;
}

function toolLength(sum: number, tool: Tool): number {
  if (tool.type === 'opaque') return sum + jsonLength(tool.definition);
  if (tool.type === 'custom') {
    return sum + utf8Length(tool.name + (tool.description ?? '') + (tool.grammar?.definition ?? ''));
  }
  return sum + utf8Length(tool.name) + utf8Length(tool.description ?? '') + jsonLength(tool.parameters ?? {});
}

/** OpenAI's `modalities`. What is spoken is bounded by the output cap as what is written, at the dearest price of output. */
function asksForAudio({ source: { body } }: ChatCall): boolean {
  const modalities = body['modalities'];
  return Array.isArray(modalities) && modalities.includes('audio');
}

function needsOf(call: ChatCall, parts: readonly Part[], searches: number): readonly Capability[] {
  const has = (type: Part['type']): boolean => parts.some((part) => part.type === type);
  const needs: readonly (readonly [Capability, boolean])[] = [
    ['tools', call.tools.length > 0],
    ['json_schema', call.format?.type === 'json-schema'],
    ['images', has('image')],
    ['files', has('file')],
    ['audio_input', has('audio')],
    ['video_input', has('video')],
    ['audio_output', asksForAudio(call)],
    ['web_search', searches > 0],
  ];
  return needs.flatMap(([capability, needed]) => (needed ? [capability] : []));
}

/** Base64 whose tokens its bytes do not tell: images are counted one by one, and files make the whole window count. */
function countedElsewhere(part: Part): number {
  const inline =
    (part.type === 'image' || part.type === 'file' || part.type === 'video') && part.source.type === 'base64';
  return inline ? part.source.data.length : 0;
}

/**
 * A file may hold far more text than it has bytes, a video's tokens go by its length, and of a reference nothing is known. Audio in the body has at most a
 * token in 100 ms, which no codec stores in fewer than ten bytes: its bytes bound it.
 */
function isUnbounded(part: Part): boolean {
  return part.type === 'file' || part.type === 'video' || (part.type === 'audio' && part.source.type !== 'base64');
}

/** A part and the parts of the result that it may be. */
export function withNested(part: Part): readonly Part[] {
  return part.type === 'tool-result' ? [part, ...part.content.flatMap(withNested)] : [part];
}
