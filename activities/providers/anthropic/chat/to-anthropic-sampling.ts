import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { ModelTraits } from './model-traits.js';
import type { Warnings } from '../../warnings.js';

export interface Sampling {
  readonly temperature?: number;
  readonly top_p?: number;
}

const MAX_TEMPERATURE = 1;
/** The least `top_p` that thinking allows. */
const MIN_TOP_P_OF_THINKING = 0.95;

/** `temperature` and `top_p` as far as the model, and its thinking, take them. At 1, their default, they ask for nothing. */
export function toSampling(call: ChatCall, traits: ModelTraits, thinking: boolean, warnings: Warnings): Sampling {
  const { temperature, topP } = call;
  if (traits.sampling === 'none') {
    leaveOut('temperature', temperature, 'This model does not take it.', warnings);
    leaveOut('top_p', topP, 'This model does not take it.', warnings);
    return {};
  }
  if (thinking) {
    leaveOut('temperature', temperature, 'Thinking does not allow it.', warnings);
    if (topP !== undefined && topP >= MIN_TOP_P_OF_THINKING) return { top_p: topP };
    leaveOut('top_p', topP, `Thinking allows it from ${MIN_TOP_P_OF_THINKING} on.`, warnings);
    return {};
  }
  if (traits.sampling === 'one' && temperature !== undefined && topP !== undefined) {
    if (temperature === 1) return { top_p: topP };
    leaveOut('top_p', topP, 'This model takes temperature or top_p; temperature was sent.', warnings);
    return clampTemperature(temperature, warnings);
  }
  return { ...clampTemperature(temperature, warnings), ...(topP !== undefined && { top_p: topP }) };
}

function leaveOut(feature: string, value: number | undefined, detail: string, warnings: Warnings): void {
  if (value !== undefined && value !== 1) warnings.add('unsupported', feature, detail);
}

function clampTemperature(temperature: number | undefined, warnings: Warnings): Sampling {
  if (temperature === undefined) return {};
  if (temperature <= MAX_TEMPERATURE) return { temperature };
  warnings.add('changed', 'temperature', `Anthropic takes at most ${MAX_TEMPERATURE}, which was sent.`);
  return { temperature: MAX_TEMPERATURE };
}
