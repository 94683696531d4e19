import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { inCallersWords } from '../../callers-words.js';
import type { ChatAttempt } from '../../port.js';
import { withShortIds } from './call-ids.js';
import { emulateFormat } from './emulate-format.js';
import type { EmulatedFormat } from './emulate-format.js';
import { foreignFields, sharedFields } from './foreign-fields.js';
import { asCount, asObject, defined } from '../../json-fields.js';
import type { OpenAiCompatibleProfile } from './profile.js';
import { toOpenAiMessages } from './to-openai-messages.js';
import { toReasoningEffort } from './to-openai-reasoning.js';
import { toOpenAiTools, toResponseFormat } from './to-openai-tools.js';
import { toVendorsEffort } from './to-vendors-effort.js';
import { toVendorsFields } from './to-vendors-fields.js';
import { withoutReasoning } from './without-reasoning.js';
import { withoutStorage } from './without-storage.js';

export interface OpenAiChatRequest {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
  /** Present where the vendor does not enforce the form of the answer that was asked for. */
  readonly emulated?: Pick<EmulatedFormat, 'schema' | 'tool'>;
}

/**
 * The request for a vendor of OpenAI's chat dialect. A caller of the same dialect has its own body sent, unknown fields
 * included; only the model, the cap and what concerns streaming are ours. Throws `invalid_request` for media that the
 * dialect cannot carry.
 */
export function toOpenAiChat(
  { call, offer, maxOutputTokens }: Pick<ChatAttempt, 'call' | 'offer' | 'maxOutputTokens'>,
  profile: OpenAiCompatibleProfile,
): OpenAiChatRequest {
  const written =
    call.source.dialect === 'openai-chat'
      ? fromOwnDialect(call.source.body, profile)
      : fromCanonical({ call, offer }, profile);
  const unstored = withoutStorage(written.body, profile);
  const emulated = emulateFormat(unstored.body, offer, profile);
  const fitted = toVendorsEffort(emulated?.body ?? unstored.body, profile);
  const kept = toVendorsFields(fitted.body, profile);
  const streaming = toStreaming(kept.body, call.stream, profile);
  const capped = toCap(call, maxOutputTokens, profile);
  const body = { ...without(kept.body, REPLACED), model: offer.vendorModel, ...streaming.body, ...capped.body };
  const warnings = [
    ...written.warnings,
    ...unstored.warnings,
    ...inCallersWords(emulated?.warnings ?? [], call.source.dialect),
    ...inCallersWords([...fitted.warnings, ...kept.warnings], call.source.dialect),
    ...streaming.warnings,
    ...capped.warnings,
  ];
  return { body, warnings, ...(emulated && { emulated }) };
}

function fromOwnDialect(body: JsonObject, { takesReasoning }: OpenAiCompatibleProfile): OpenAiChatRequest {
  return takesReasoning ? { body, warnings: [] } : withoutReasoning(body);
}

/** What is ours to say, and `metadata`, the gateway's own labels, which OpenAI takes with `store` only. */
const REPLACED: readonly string[] = [
  ...['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'metadata'],
];

/** Usage is always asked for, because the account needs it; the caller is told of it as the caller asked. */
function toStreaming(body: JsonObject, stream: boolean, profile: OpenAiCompatibleProfile): OpenAiChatRequest {
  if (!stream) return { body: { stream: false }, warnings: [] };
  const options = asObject(body['stream_options']) ?? {};
  if (profile.supportsStreamUsage) {
    return { body: { stream: true, stream_options: { ...options, include_usage: true } }, warnings: [] };
  }
  const lost = Object.keys(options).filter((name) => name !== 'include_usage');
  const detail = `${profile.id} takes no options for streams; they were left out.`;
  return {
    body: { stream: true },
    warnings: lost.length > 0 ? [{ type: 'unsupported', feature: 'stream_options', detail }] : [],
  };
}

/** The least of what the caller allows and what the hold pays for, under the vendor's own name for it. */
function toCap(call: ChatCall, maxOutputTokens: number, profile: OpenAiCompatibleProfile): OpenAiChatRequest {
  const { dialect, body } = call.source;
  const named = dialect === 'openai-chat' ? CAP_FIELDS.map((field) => asCount(body[field])) : [];
  const asked = [call.maxOutputTokens, ...named].filter((cap) => cap !== undefined);
  const least = Math.min(...asked, maxOutputTokens);
  const lowered = asked.length > 0 && least < Math.min(...asked);
  const detail = `At most ${least} output tokens were asked of the vendor.`;
  return {
    body: { [profile.capField]: least },
    warnings: lowered ? [{ type: 'changed', feature: capFeature(call), detail }] : [],
  };
}

const CAP_FIELDS = ['max_completion_tokens', 'max_tokens'];

/** The caller's own name for the cap. */
function capFeature({ source }: ChatCall): string {
  if (source.dialect === 'openai-responses') return 'max_output_tokens';
  return CAP_FIELDS.find((field) => source.body[field] !== undefined && source.body[field] !== null) ?? 'max_tokens';
}

function fromCanonical(
  attempt: Pick<ChatAttempt, 'call' | 'offer'>,
  profile: OpenAiCompatibleProfile,
): OpenAiChatRequest {
  const { call } = attempt;
  const messages = toOpenAiMessages(withShortIds(call.messages), profile);
  const tools = toOpenAiTools(call, profile);
  const effort = toReasoningEffort(attempt);
  const body = defined({
    messages: messages.value,
    n: call.choices > 1 ? call.choices : undefined,
    stop: call.stop,
    response_format: toResponseFormat(call.format),
    temperature: call.temperature,
    top_p: call.topP,
    presence_penalty: call.presencePenalty,
    frequency_penalty: call.frequencyPenalty,
    seed: call.seed,
    reasoning_effort: effort.value,
    verbosity: call.verbosity,
    logprobs: call.logprobs === undefined ? undefined : true,
    top_logprobs: call.logprobs?.top,
    user: call.endUser,
    ...tools.value,
    ...sharedFields(call, profile),
  });
  const warnings = [
    ...messages.warnings,
    ...tools.warnings,
    ...effort.warnings,
    ...(call.topK === undefined ? [] : [NO_TOP_K]),
    ...foreignFields(call, profile),
  ];
  return { body, warnings: inCallersWords(warnings, call.source.dialect) };
}

const NO_TOP_K: Warning = { type: 'unsupported', feature: 'top_k', detail: 'The vendor has no such parameter.' };

function without(body: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !fields.includes(name)));
}
