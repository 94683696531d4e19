import type { JsonObject } from '../../../workflows/contracts/json.js';
import { asObject, asObjects, without } from '../shared/json-fields.js';

/** The chunks that would have streamed a plain answer: each choice's message, each choice's end, and the usage. */
export function splitAnswer(body: JsonObject): readonly JsonObject[] {
  const { choices, usage, ...top } = body;
  const header = { ...chunkHeader(top), choices: [] };
  const starts = asObjects(choices).map((choice) => startChunk(choice, header));
  const [first, ...others] = starts;
  return [
    // Unknown fields of the answer as a whole are told once.
    ...(first ? [{ ...top, ...first }] : []),
    ...others,
    ...asObjects(choices).map((choice) => endChunk(choice, header)),
    ...(asObject(usage) ? [{ ...header, usage }] : []),
  ];
}

/** The fields that every chunk of a stream repeats. */
export function chunkHeader(body: JsonObject): JsonObject {
  const { id, created, model, system_fingerprint: fingerprint, service_tier: tier } = body;
  return {
    ...(id !== undefined && { id }),
    object: 'chat.completion.chunk',
    ...(created !== undefined && { created }),
    ...(model !== undefined && { model }),
    ...(tier !== undefined && { service_tier: tier }),
    ...(fingerprint !== undefined && { system_fingerprint: fingerprint }),
  };
}

function startChunk(choice: JsonObject, header: JsonObject): JsonObject {
  const { tool_calls: calls, ...message } = asObject(choice['message']) ?? {};
  const delta = {
    ...message,
    ...(calls != null && { tool_calls: asObjects(calls).map((call, index) => ({ index, ...call })) }),
  };
  return {
    ...header,
    choices: [{ index: choice['index'] ?? 0, delta, logprobs: choice['logprobs'] ?? null, finish_reason: null }],
  };
}

function endChunk(choice: JsonObject, header: JsonObject): JsonObject {
  return {
    ...header,
    choices: [{ index: 0, finish_reason: null, ...without(choice, 'message'), delta: {}, logprobs: null }],
  };
}
