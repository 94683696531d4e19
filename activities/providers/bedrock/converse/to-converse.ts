import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asArray } from '../../anthropic/chat/json-fields.js';
import { modelTraits } from '../../anthropic/chat/model-traits.js';
import { refuseCall } from '../../refuse-call.js';
import { toCap } from '../../anthropic/chat/to-anthropic-cap.js';
import { createWarnings } from '../../warnings.js';
import type { Warnings } from '../../warnings.js';
import { inCallersWords } from '../../callers-words.js';
import type { ChatAttempt } from '../../port.js';
import { modelFamily } from '../model-family.js';
import type { Reading } from './reading.js';
import { toConversation } from './to-converse-conversation.js';
import { toFormatPlan } from './to-converse-format.js';
import type { FormatPlan } from './to-converse-format.js';
import { toInferenceConfig, toModelFields } from './to-converse-inference.js';
import { createDocumentNames } from './to-converse-media.js';
import { toReasoningPlan } from './to-converse-reasoning.js';
import { toToolPlan } from './to-converse-tools.js';
import type { ToolPlan } from './to-converse-tools.js';
import { warnOfUnsupported } from './unsupported-properties.js';
import type { ConverseBody, WireMessage } from './wire.js';

export interface ConverseRequest {
  readonly body: ConverseBody;
  /** Whether the answer is to be streamed: some models do not stream calls of tools. */
  readonly streams: boolean;
  readonly warnings: readonly Warning[];
  readonly reading: Reading;
  /** The schema that the answer is to be checked by, where the model is not held to it. */
  readonly unenforced?: JsonObject;
}

/**
 * A call as Converse takes it. Throws a `ProviderFailure` of class `invalid_request` for what cannot be answered (`n` above 1,
 * media by reference); what is answered less exactly becomes a warning.
 */
export function toConverse(attempt: Pick<ChatAttempt, 'call' | 'offer' | 'maxOutputTokens'>): ConverseRequest {
  const { call, offer } = attempt;
  refuseOtherAnswers(call);
  const warnings = createWarnings();
  const maxTokens = toCap(attempt, warnings);
  const [family, traits] = [modelFamily(offer.vendorModel), modelTraits(offer.vendorModel)];
  const model = { family, traits };

  const conversation = toConversation(call.messages, { family, names: createDocumentNames(), warnings });
  const reasoning = toReasoningPlan(call, conversation.messages, maxTokens, model, warnings);
  const structured = family.structuredOutputs === 'listed' && offer.capabilities.includes('json_schema');
  const forcing = family.claude ? traits.forcedTools && !reasoning.budgeted : true;
  const options = { family, forcing, structured };
  const tools = toToolPlan(call, conversation.messages, options, warnings);
  const format = toFormatPlan(call, tools, options, warnings);
  warnOfUnsupported(call, warnings);

  const told = withInstructions(conversation, [tools.instruction, format.instruction], family.system);
  const prefill = family.prefill && (!family.claude || (traits.prefill && !reasoning.budgeted));
  const fields = toModelFields(call, model, reasoning, warnings);
  const body: ConverseBody = {
    messages: endWithUser(told.messages, prefill, warnings),
    ...(told.system.length > 0 && { system: told.system }),
    inferenceConfig: toInferenceConfig(call, maxTokens, model, reasoning, warnings),
    ...toolConfig(tools, format),
    ...(format.textFormat !== undefined && { outputConfig: { textFormat: format.textFormat } }),
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
  };
  return {
    body,
    streams: streams(call, body, family.streamsTools, warnings),
    warnings: inCallersWords(warnings.list(), call.source.dialect),
    reading: {
      customTools: tools.customTools,
      ...(format.jsonTool !== undefined && { jsonTool: format.jsonTool.spec.toolSpec.name }),
      prover: family.claude ? 'anthropic' : 'bedrock',
    },
    ...(format.unenforced !== undefined && { unenforced: format.unenforced }),
  };
}

/** What would be another answer than the one asked for is refused. */
function refuseOtherAnswers({ choices, source: { body } }: ChatCall): void {
  if (choices > 1) throw refuseCall('Bedrock gives one answer to a request. Send n: 1, n times.', 'n');
  if (asArray(body['modalities']).includes('audio')) {
    throw refuseCall('Bedrock answers in text only. Leave audio out, or name another model.', 'modalities');
  }
}

type Told = Pick<ConverseBody, 'messages'> & { readonly system: NonNullable<ConverseBody['system']> };

/** Our own words stand where the caller's instructions do. */
function withInstructions(told: Told, instructions: readonly (string | undefined)[], apart: boolean): Told {
  const blocks = instructions.flatMap((text) => (text === undefined ? [] : [{ text }]));
  if (blocks.length === 0) return told;
  if (apart) return { ...told, system: [...told.system, ...blocks] };
  const [first, ...others] = told.messages;
  if (first === undefined) return told;
  return { ...told, messages: [{ ...first, content: [...blocks, ...first.content] }, ...others] };
}

function toolConfig(plan: ToolPlan, { jsonTool }: FormatPlan): Pick<ConverseBody, 'toolConfig'> {
  if (jsonTool !== undefined)
    return { toolConfig: { tools: [...plan.tools, jsonTool.spec], toolChoice: jsonTool.choice } };
  if (plan.tools.length === 0) return {};
  return { toolConfig: { tools: plan.tools, ...(plan.choice !== undefined && { toolChoice: plan.choice }) } };
}

/** "A conversation must end with a user message", but for models that go on from their own. */
function endWithUser(messages: readonly WireMessage[], prefill: boolean, warnings: Warnings): readonly WireMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return messages;
  if (!prefill) {
    const detail = 'A message of the user was added at the end: this model does not go on from its own.';
    warnings.add('changed', 'messages', detail);
    return [...messages, { role: 'user', content: [{ text: 'Continue.' }] }];
  }
  const end = last.content.at(-1);
  if (end === undefined || !('text' in end) || end.text === end.text.trimEnd()) return messages;
  warnings.add('changed', 'messages', 'White space at the end of the last message was left out: models refuse it.');
  const content = [...last.content.slice(0, -1), { text: end.text.trimEnd() }];
  return [...messages.slice(0, -1), { ...last, content }];
}

/** "This model doesn't support tool use in streaming mode" is told of such a model; its answer comes in one piece then. */
function streams(
  call: ChatCall,
  { toolConfig: tools }: ConverseBody,
  streamsTools: boolean,
  warnings: Warnings,
): boolean {
  if (!call.stream || tools === undefined || streamsTools) return call.stream;
  warnings.add('changed', 'stream', 'This model does not stream where it has tools; the answer came in one piece.');
  return false;
}
