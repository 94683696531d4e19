import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { ChatCall, Part } from '../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { readReasoningProof, writeReasoningProof } from '../../../workflows/domain/reasoning-proof.js';

// OpenAI's models prove their reasoning by text that only the service which encrypted it can read: what Azure wrote OpenAI
// refuses, and the other way round. The adapter of OpenAI's format knows one such service and calls it `openai`; here that
// name is Azure's on the way out, and back again on the way in.

const AZURE = 'azure';
const READS = 'openai';
/** Nobody's name: what it stands for is left out, and told. */
const ELSEWHERE = 'elsewhere';

/** The call as the adapter of OpenAI's format must see it, so that it sends Azure its own proofs and no others. */
export function withOwnProofs(call: ChatCall): ChatCall {
  const { source } = call;
  const messages = call.messages.map((message) => ({ ...message, content: message.content.map(toReadable) }));
  if (source.dialect !== 'openai-responses') return { ...call, messages };
  const { input } = source.body;
  const body = Array.isArray(input)
    ? { ...source.body, input: (input as readonly Json[]).map(toReadableItem) }
    : source.body;
  return { ...call, messages, source: { ...source, body } };
}

function toReadable(part: Part): Part {
  if (part.type !== 'reasoning' || part.vendor === undefined) return part;
  return { ...part, vendor: part.vendor === AZURE ? READS : ELSEWHERE };
}

/** A proof without a name in it is OpenAI's own: Azure's were given theirs when they went out. */
function toReadableItem(item: Json): Json {
  const fields = asObject(item);
  const proof = fields?.['encrypted_content'];
  if (fields?.['type'] !== 'reasoning' || typeof proof !== 'string') return item;
  const carried = readReasoningProof(proof) ?? { vendor: READS, kind: 'signature' as const, data: proof };
  const vendor = carried.vendor === AZURE ? READS : ELSEWHERE;
  return { ...fields, encrypted_content: writeReasoningProof({ ...carried, vendor }) };
}

/** A frame whose proofs say that they are Azure's, in its events and in the vendor's own words. */
export function namingOwnProofs({ events, wire }: Frame): Frame {
  const named = events.map((event): AnswerEvent => {
    return event.type === 'reasoning-delta' && event.vendor === READS ? { ...event, vendor: AZURE } : event;
  });
  return { events: named, ...(wire && { wire: { ...wire, body: nameProofs(wire.body) } }) };
}

/** Items stand in an event (`item`), in a whole answer (`output`), and in the answer that an event tells of (`response`). */
function nameProofs(body: JsonObject): JsonObject {
  const { item, output, response } = body;
  return {
    ...body,
    ...(asObject(item) && { item: nameProof(item as Json) }),
    ...(Array.isArray(output) && { output: (output as readonly Json[]).map(nameProof) }),
    ...(asObject(response) && { response: nameProofs(response as JsonObject) }),
  };
}

function nameProof(item: Json): Json {
  const fields = asObject(item);
  const data = fields?.['encrypted_content'];
  if (fields?.['type'] !== 'reasoning' || typeof data !== 'string' || data === '') return item;
  return { ...fields, encrypted_content: writeReasoningProof({ vendor: AZURE, kind: 'signature', data }) };
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
