import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { inCallersWords } from '../../callers-words.js';
import type { ChatAttempt } from '../../port.js';
import { fromOwnDialect } from './from-own-dialect.js';
import { asArray } from './json-fields.js';
import { modelTraits } from './model-traits.js';
import { PLAIN_READING } from './reading.js';
import type { Reading } from './reading.js';
import { refuseCall } from '../../refuse-call.js';
import { toCap } from './to-anthropic-cap.js';
import { toConversation } from './to-anthropic-conversation.js';
import { toFormatPlan } from './to-anthropic-format.js';
import type { FormatPlan } from './to-anthropic-format.js';
import { toSampling } from './to-anthropic-sampling.js';
import { toThinkingPlan } from './to-anthropic-thinking.js';
import type { ThinkingPlan } from './to-anthropic-thinking.js';
import { toToolPlan } from './to-anthropic-tools.js';
import type { ToolPlan } from './to-anthropic-tools.js';
import { endWithUser } from './end-with-user.js';
import { warnOfUnsupported } from './unsupported-properties.js';
import type { MessagesBody, OutputConfig, WireToolChoice } from './wire.js';
import { createWarnings } from '../../warnings.js';
import type { Warnings } from '../../warnings.js';

export interface AnthropicRequest {
  /** What is sent to `POST /v1/messages`. */
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
  readonly reading: Reading;
  /** The schema that the answer is to be checked by, where the vendor does not enforce it. */
  readonly unenforced?: JsonObject;
}

/** The vendor's limit on `metadata.user_id`. */
const MAX_USER_ID_LENGTH = 256;

/**
 * A call as Anthropic's Messages API takes it. Throws a `ProviderFailure` of class `invalid_request` for what the vendor
 * cannot answer (`n` above 1, audio, files of other vendors); what it answers less exactly becomes a warning.
 */
export function toAnthropicMessages(
  attempt: Pick<ChatAttempt, 'call' | 'offer' | 'maxOutputTokens'>,
): AnthropicRequest {
  const { call, offer } = attempt;
  const warnings = createWarnings();
  const maxOutputTokens = toCap(attempt, warnings);
  if (call.source.dialect === 'anthropic-messages') {
    return {
      body: fromOwnDialect({ call, offer, maxOutputTokens }, warnings),
      warnings: warnings.list(),
      reading: PLAIN_READING,
    };
  }
  refuseOtherAnswers(call);

  const traits = modelTraits(offer.vendorModel);
  const { system, messages } = toConversation(call.messages, warnings);
  const thinking = toThinkingPlan(call, messages, maxOutputTokens, traits, warnings);
  const options = { traits, forcing: traits.forcedTools && !thinking.budgeted };
  const tools = toToolPlan(call, messages, options, warnings);
  const format = toFormatPlan(call, tools, options, warnings);
  const instructions = format.instruction === undefined ? system : [...system, format.instruction];
  warnOfUnsupported(call, warnings);

  const body: MessagesBody = {
    model: offer.vendorModel,
    max_tokens: maxOutputTokens,
    stream: call.stream,
    ...(instructions.length > 0 && { system: instructions }),
    messages: endWithUser(messages, traits.prefill && !thinking.budgeted, warnings),
    ...toolFields(tools, format),
    ...(thinking.thinking !== undefined && { thinking: thinking.thinking }),
    ...outputConfig(format, thinking),
    ...toSampling(call, traits, thinking.on, warnings),
    ...stopSequences(call, warnings),
    ...metadata(call, warnings),
  };
  return {
    body,
    warnings: inCallersWords(warnings.list(), call.source.dialect),
    reading: toReading(tools, format),
    ...(format.unenforced !== undefined && { unenforced: format.unenforced }),
  };
}

/** What would be another answer than the one asked for is refused. */
function refuseOtherAnswers({ choices, source: { body } }: ChatCall): void {
  if (choices > 1) throw refuseCall('Anthropic gives one answer to a request. Send n: 1, n times.', 'n');
  if (asArray(body['modalities']).includes('audio')) {
    throw refuseCall('Anthropic answers in text only. Leave audio out, or name another model.', 'modalities');
  }
}

function toReading({ customTools }: ToolPlan, { jsonTool }: FormatPlan): Reading {
  return { customTools, ...(jsonTool !== undefined && { jsonTool: jsonTool.name }) };
}

function toolFields(plan: ToolPlan, { jsonTool }: FormatPlan): Pick<MessagesBody, 'tools' | 'tool_choice'> {
  const tools = jsonTool === undefined ? plan.tools : [...plan.tools, jsonTool];
  if (tools.length === 0) return {};
  const choice = jsonTool === undefined ? plan.choice : answerChoice(plan, jsonTool.name);
  return { tools, ...(choice !== undefined && { tool_choice: choice }) };
}

/** The answer itself must come as a call: of its own tool, or of one of the caller's where the model may call those. */
function answerChoice(plan: ToolPlan, name: string): WireToolChoice {
  const mayCallOthers = plan.tools.length > 0 && plan.choice?.type !== 'none';
  return { ...(mayCallOthers ? { type: 'any' } : { type: 'tool', name }), disable_parallel_tool_use: true };
}

function outputConfig({ format }: FormatPlan, { effort }: ThinkingPlan): { readonly output_config?: OutputConfig } {
  if (format === undefined && effort === undefined) return {};
  return { output_config: { ...(format !== undefined && { format }), ...(effort !== undefined && { effort }) } };
}

/** "stop_sequences: each stop sequence must contain non-whitespace". */
function stopSequences(call: ChatCall, warnings: Warnings): Pick<MessagesBody, 'stop_sequences'> {
  const sent = (call.stop ?? []).filter((sequence) => sequence.trim() !== '');
  if (sent.length < (call.stop?.length ?? 0)) {
    warnings.add('unsupported', 'stop', 'Anthropic takes no stop sequence of white space alone; it was left out.');
  }
  return sent.length === 0 ? {} : { stop_sequences: sent };
}

function metadata(call: ChatCall, warnings: Warnings): Pick<MessagesBody, 'metadata'> {
  if (call.endUser === undefined || call.endUser === '') return {};
  if (call.endUser.length > MAX_USER_ID_LENGTH) {
    warnings.add('unsupported', 'user', `Anthropic takes at most ${MAX_USER_ID_LENGTH} characters; it was left out.`);
    return {};
  }
  return { metadata: { user_id: call.endUser } };
}
