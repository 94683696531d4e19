import type { ChatCall } from '../../../../workflows/contracts/call.js';
import { asCount } from '../../json-fields.js';
import type { Recipient } from './to-google-media.js';
import type { Warnings } from '../../warnings.js';
import type { GenerationConfig } from './wire.js';

const MAX_STOPS = 5;
const MAX_TEMPERATURE = 2;
const MAX_LOGPROBS = 20;

/** https://ai.google.dev/api/generate-content#generationconfig */
export function toSampling(call: ChatCall, { service, traits }: Recipient, warnings: Warnings): GenerationConfig {
  const full = service.fullSampling || traits.fullSampling;
  return {
    ...temperatureOf(call, warnings),
    ...(call.topP !== undefined && { topP: call.topP }),
    ...topKOf(call),
    ...(call.seed !== undefined && seedOf(call.seed, warnings)),
    ...(full ? penaltiesOf(call) : withoutPenalties(call, warnings)),
    ...stopsOf(call, warnings),
    ...logprobsOf(call, full, warnings),
  };
}

function temperatureOf({ temperature }: ChatCall, warnings: Warnings): GenerationConfig {
  if (temperature === undefined) return {};
  if (temperature <= MAX_TEMPERATURE) return { temperature };
  warnings.add('changed', 'temperature', `Google's greatest temperature, ${MAX_TEMPERATURE}, was asked for.`);
  return { temperature: MAX_TEMPERATURE };
}

/** OpenAI's dialects have no such field; callers of many vendors send it in a chat completion all the same. */
function topKOf({ topK, source: { dialect, body } }: ChatCall): GenerationConfig {
  const found = topK ?? (dialect === 'openai-chat' ? asCount(body['top_k']) : undefined);
  return found === undefined ? {} : { topK: found };
}

/** A whole number of 32 bits there. */
function seedOf(seed: number, warnings: Warnings): GenerationConfig {
  if (Number.isInteger(seed) && Math.abs(seed) < 2 ** 31) return { seed };
  warnings.add('unsupported', 'seed', 'Google takes whole numbers of 32 bits; it was left out.');
  return {};
}

function penaltiesOf({ presencePenalty, frequencyPenalty }: ChatCall): GenerationConfig {
  return {
    ...(presencePenalty !== undefined && { presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequencyPenalty }),
  };
}

function withoutPenalties(
  { presencePenalty = 0, frequencyPenalty = 0 }: ChatCall,
  warnings: Warnings,
): GenerationConfig {
  const detail = 'The Gemini API has penalties turned off for this model.';
  if (presencePenalty !== 0) warnings.add('unsupported', 'presence_penalty', detail);
  if (frequencyPenalty !== 0) warnings.add('unsupported', 'frequency_penalty', detail);
  return {};
}

function stopsOf({ stop = [] }: ChatCall, warnings: Warnings): GenerationConfig {
  const sent = stop.filter((sequence) => sequence !== '').slice(0, MAX_STOPS);
  if (sent.length < stop.length) {
    warnings.add('changed', 'stop', `Google takes at most ${MAX_STOPS} stop sequences; the first were sent.`);
  }
  return sent.length === 0 ? {} : { stopSequences: sent };
}

function logprobsOf({ logprobs }: ChatCall, full: boolean, warnings: Warnings): GenerationConfig {
  if (logprobs === undefined) return {};
  if (!full) {
    warnings.add('unsupported', 'logprobs', 'The Gemini API reports no log probabilities for this model.');
    return {};
  }
  const top = Math.min(logprobs.top ?? 0, MAX_LOGPROBS);
  return { responseLogprobs: true, ...(top > 0 && { logprobs: top }) };
}
