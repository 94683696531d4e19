import type { Part } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject } from '../../json-fields.js';
import { toMedia } from './to-google-media.js';
import type { MediaPart, Recipient } from './to-google-media.js';
import type { Warnings } from '../../warnings.js';
import type { WireMedia } from './wire.js';

/** What a tool gave, before it is known to which call it belongs. */
export interface ToolResult {
  readonly response: JsonObject;
  /** Pictures and the like, which newer models take within the result. */
  readonly media: readonly WireMedia[];
}

export type ResultPart = Extract<Part, { type: 'tool-result' }>;

/**
 * A tool's result as `functionResponse` has it: an object as it is, other text as its `output`, or `error`
 * (https://ai.google.dev/api/caching#FunctionResponse). Throws `invalid_request` for media that cannot be sent.
 */
export function toToolResult(result: ResultPart, param: string, recipient: Recipient, warnings: Warnings): ToolResult {
  const texts: string[] = [];
  const media: WireMedia[] = [];
  for (const [index, part] of result.content.entries()) {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
    else if (isMedia(part)) media.push(toMedia(part, `${param}.content[${index}]`, recipient));
    else warnings.add('ignored', 'messages', `A ${part.type} within a tool's result was left out.`);
  }
  return { response: toResponse(texts.join('\n'), result.isError === true), media };
}

export function isMedia(part: Part): part is MediaPart {
  return part.type === 'image' || part.type === 'file' || part.type === 'audio' || part.type === 'video';
}

/** Results longer than this stay text: what is nested deeply can be read but not written again. */
const MAX_OBJECT_LENGTH = 1024 * 1024;

function toResponse(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  return asWritable(text) ?? { output: text };
}

function asWritable(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{') || text.length > MAX_OBJECT_LENGTH) return undefined;
  try {
    const value = asObject(JSON.parse(text) as Json);
    // Writing recurses where reading does not, so that it may fail for what could be read.
    return value === undefined || JSON.stringify(value) === '' ? undefined : value;
  } catch {
    return undefined;
  }
}
