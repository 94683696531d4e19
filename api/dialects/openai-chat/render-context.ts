import type { Warning } from '../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { reasoningFormat } from '../../../workflows/domain/reasoning-formats.js';
import { isRequestId } from '../../request-id.js';

/** What a rendering must know besides the events themselves. */
export interface RenderContext {
  /** Minted by the gateway; the answer's id where the vendor's own is not shown. */
  readonly requestId: string;
  /** The answer is stored, so that its id must be ours, whoever answered: it is found by it. */
  readonly stored?: boolean;
  /** The model as asked, shown where the vendor did not name the one that answered. */
  readonly model: string;
  /** Seconds since the epoch, shown where the vendor named no time. */
  readonly createdAtSeconds: number;
  /** Whether the caller declared `functions`, and so reads `function_call` instead of `tool_calls`. */
  readonly legacyFunctions?: boolean;
}

/** `chatcmpl-` and the request's id, by which a stored answer is found. */
export function toCompletionId(requestId: string): string {
  return `${COMPLETION_PREFIX}${requestId}`;
}

/** The request of a completion's id; undefined where the id is none of ours. */
export function requestOfCompletion(completionId: string): string | undefined {
  if (!completionId.startsWith(COMPLETION_PREFIX)) return undefined;
  const requestId = completionId.slice(COMPLETION_PREFIX.length);
  return isRequestId(requestId) ? requestId : undefined;
}

const COMPLETION_PREFIX = 'chatcmpl-';

/** What a vendor of this dialect wrote, under our id where the answer is stored. */
export function underOwnId(body: JsonObject, { requestId, stored = false }: RenderContext): JsonObject {
  return stored && body['id'] !== undefined ? { ...body, id: toCompletionId(requestId) } : body;
}

export function renderWarnings(warnings: readonly Warning[]): Json {
  return warnings.map(({ type, feature, detail }) => ({ type, feature, detail }));
}

/** One tool call in the dialect's form; `written` is its arguments or its free text. */
export function renderToolCall(call: { id: string; name: string; custom: boolean; written: string }): JsonObject {
  return call.custom
    ? { id: call.id, type: 'custom', custom: { name: call.name, input: call.written } }
    : { id: call.id, type: 'function', function: { name: call.name, arguments: call.written } };
}

export interface ReasoningBlock {
  readonly index: number;
  readonly text: string;
  /** The vendor's name for it, where it wants that back. */
  readonly id?: string | undefined;
  readonly signature?: string | undefined;
  readonly redacted?: string | undefined;
  /** Who can check the proof: `anthropic`, `openai`, `google`. */
  readonly vendor?: string | undefined;
}

/**
 * Reasoning that its vendor wants back byte for byte, in the form that OpenRouter gave it and that callers of this dialect
 * send back. Plain reasoning needs no proof and has `reasoning_content` alone.
 */
export function renderReasoningDetail(block: ReasoningBlock): JsonObject | undefined {
  const { index, text, id, signature, redacted, vendor } = block;
  const common = {
    ...(vendor !== undefined && { format: reasoningFormat(vendor) }),
    ...(id !== undefined && { id }),
    index,
  };
  if (redacted !== undefined) return { type: 'reasoning.encrypted', data: redacted, ...common };
  return signature === undefined ? undefined : { type: 'reasoning.text', text, signature, ...common };
}
