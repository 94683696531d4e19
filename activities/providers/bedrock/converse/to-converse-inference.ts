import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ModelTraits } from '../../anthropic/chat/model-traits.js';
import { toSampling } from '../../anthropic/chat/to-anthropic-sampling.js';
import type { Warnings } from '../../warnings.js';
import type { ModelFamily } from '../model-family.js';
import type { ReasoningPlan } from './to-converse-reasoning.js';
import type { InferenceConfig } from './wire.js';

interface Model {
  readonly family: ModelFamily;
  readonly traits: ModelTraits;
}

/** The service's limit on `temperature`. */
const MAX_TEMPERATURE = 1;

export function toInferenceConfig(
  call: ChatCall,
  maxTokens: number,
  model: Model,
  reasoning: ReasoningPlan,
  warnings: Warnings,
): InferenceConfig {
  const { temperature, topP } = samplingOf(call, model, reasoning, warnings);
  const stopSequences = stopsOf(call, model.family, warnings);
  return {
    maxTokens,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    // An empty list is a field that some models refuse.
    ...(stopSequences.length > 0 && { stopSequences }),
  };
}

/** Claude has rules of its own for these, which are the same here as at its maker's. */
function samplingOf(
  call: ChatCall,
  { family, traits }: Model,
  { on }: ReasoningPlan,
  warnings: Warnings,
): Pick<ChatCall, 'temperature' | 'topP'> {
  if (family.claude) {
    const { temperature, top_p: topP } = toSampling(call, traits, on, warnings);
    return { ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }) };
  }
  const { temperature, topP } = call;
  const isHot = temperature !== undefined && temperature > MAX_TEMPERATURE;
  if (isHot) warnings.add('changed', 'temperature', `Bedrock takes at most ${MAX_TEMPERATURE}, which was sent.`);
  return {
    ...(temperature !== undefined && { temperature: Math.min(temperature, MAX_TEMPERATURE) }),
    ...(topP !== undefined && { topP }),
  };
}

/** "stop_sequences: each stop sequence must contain non-whitespace" is Claude's rule; an empty one is nobody's. */
function stopsOf(call: ChatCall, { stop, claude }: ModelFamily, warnings: Warnings): readonly string[] {
  const asked = call.stop ?? [];
  if (!stop) {
    if (asked.length > 0) warnings.add('unsupported', 'stop', 'This model takes no stop sequences at Bedrock.');
    return [];
  }
  const sent = asked.filter((sequence) => (claude ? sequence.trim() : sequence) !== '');
  if (sent.length < asked.length) {
    warnings.add('unsupported', 'stop', 'This model takes no stop sequence of white space alone; it was left out.');
  }
  return sent;
}

/** What goes to the model itself, under its maker's names. */
export function toModelFields(
  call: ChatCall,
  { family, traits }: Model,
  reasoning: ReasoningPlan,
  warnings: Warnings,
): JsonObject {
  return { ...reasoning.fields, ...topK(call, family, traits.sampling !== 'none' && !reasoning.on, warnings) };
}

function topK({ topK: asked }: ChatCall, family: ModelFamily, taken: boolean, warnings: Warnings): JsonObject {
  if (asked === undefined) return {};
  if (family.topK === undefined || (family.claude && !taken)) {
    warnings.add('unsupported', 'top_k', 'This model, or its reasoning, does not take it.');
    return {};
  }
  return family.topK === 'top_k' ? { top_k: asked } : { inferenceConfig: { topK: asked } };
}
