import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { readErrorDetails } from './google-error-details.js';

/** What the vendors' many envelopes for an error have in common. */
export interface ErrorEnvelope {
  /** Machine-readable names of the error, `[a-z0-9_.-]{1,64}`, the most telling first; it may have several. */
  readonly codes: readonly string[];
  /** In the vendor's words; may echo the prompt. */
  readonly message?: string;
  readonly param?: string;
  /** The HTTP status that the error itself names, for errors within a stream. */
  readonly status?: number;
  /** How long to wait, where the error itself says so. */
  readonly retryAfterMs?: number;
}

/**
 * Reads `{error: {message, type, param, code}}` (OpenAI, and Anthropic within `{type: "error"}`), `{error: "…"}` (Ollama,
 * xAI), and flat `{code, message}` (DashScope, Cohere), `{detail}` (Mistral) and `{message}` with its name in the header
 * `x-amzn-errortype` (Bedrock), `details` of Google's, and `{base_resp: {status_code, status_msg}}` and
 * `{error: {message, http_code}}` with a number at the end (MiniMax). Plain text is the message where it is short and no page of HTML.
 */
export function readErrorEnvelope(body: Json | undefined, nameHeader?: string): ErrorEnvelope {
  const named = toCode(nameHeader?.split(':')[0]);
  // Gemini's endpoint without `alt=sse` wraps its error in a list.
  const first = Array.isArray(body) ? (body[0] as Json | undefined) : body;
  if (typeof first === 'string') return { codes: known([named]), ...messageOf(plainText(first)) };
  const outer = asObject(first) ?? {};
  const inner = asObject(outer['error']) ?? fromBaseResp(asObject(outer['base_resp']));
  const error = inner ?? outer;
  const status = statusOf(error);
  const { retryAfterMs, codes } = readErrorDetails(error['details']);
  return {
    codes: known([named, ...codes.map(toCode), ...codesOf(error), ...(inner ? [] : [toCode(asText(outer['error']))])]),
    ...messageOf(asText(error['message']) ?? asText(outer['error']) ?? asText(outer['detail'])),
    ...paramOf(asText(error['param'])),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** MiniMax's numbers are no HTTP statuses and could be another vendor's codes, so they are told by where they stand. */
function fromBaseResp(status: JsonObject | undefined): JsonObject | undefined {
  const code = status?.['status_code'];
  if (status === undefined || typeof code !== 'number' || code === 0) return undefined;
  return { code: `base_resp_${code}`, ...(status['status_msg'] !== undefined && { message: status['status_msg'] }) };
}

/** Azure's inner error says more than the outer, OpenRouter's metadata more than its code. */
function codesOf(error: JsonObject): readonly (string | undefined)[] {
  const innerError = asObject(error['innererror']);
  const metadata = asObject(error['metadata']);
  const told = [error['code'], metadata?.['error_type'], error['type'], error['status'], innerError?.['code']];
  return [numberAtTheEnd(error), ...told].map(toCode);
}

/**
 * MiniMax's newer form, under a status of its own: `audio content contains sensitive content (1026)` beside its `http_code`. The
 * numbers are those of `base_resp` (https://platform.minimax.io/docs/api-reference/speech-to-text).
 */
function numberAtTheEnd({ message, http_code: status }: JsonObject): string | undefined {
  if (typeof status !== 'string') return undefined;
  const number = /\((\d{4})\)$/.exec(asText(message) ?? '')?.[1];
  return number && `base_resp_${number}`;
}

function statusOf(error: JsonObject): number | undefined {
  return [error['status_code'], error['code'], error['status'], error['http_code']]
    .map((value) => (typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value))
    .find((value): value is number => typeof value === 'number' && value >= 400 && value < 600);
}

/** Anything but a name is left out: prose where a code belongs may hold content, and codes go into histories. */
function toCode(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || !/^[A-Za-z0-9_.:/#-]{1,64}$/.test(value)) return undefined;
  return value.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '_');
}

function known(codes: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(codes.filter((code) => code !== undefined))];
}

function plainText(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.startsWith('<') || trimmed.length > 500 ? undefined : trimmed;
}

function messageOf(message: string | undefined): { readonly message?: string } {
  return message === undefined || message === '' ? {} : { message };
}

function paramOf(param: string | undefined): { readonly param?: string } {
  return param === undefined || param === '' ? {} : { param: param.slice(0, 256) };
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
