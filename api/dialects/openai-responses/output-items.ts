import type { JsonObject } from '../../../workflows/contracts/json.js';
import { writeReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { itemId, outputPlace } from './render-context.js';

/** A list that grows by the event and is read once: appending copies nothing. */
export interface Chain {
  readonly before?: Chain;
  readonly values: readonly JsonObject[];
}

export interface TextPart {
  readonly kind: 'text' | 'refusal';
  readonly block: number;
  readonly open: boolean;
  readonly text: string;
  readonly annotations: readonly JsonObject[];
  readonly logprobs?: Chain;
}

interface Item {
  /** The place in `output`. */
  readonly index: number;
  readonly open: boolean;
}

/** A run of text and refusals, each a part of one message. */
export interface MessageItem extends Item {
  readonly kind: 'message';
  readonly parts: readonly TextPart[];
}

export interface ReasoningItem extends Item {
  readonly kind: 'reasoning';
  readonly block: number;
  readonly text: string;
  /** The vendor's name for it. */
  readonly id?: string;
  readonly vendor?: string;
  readonly signature?: string;
  readonly redacted?: string;
}

export interface CallItem extends Item {
  readonly kind: 'call';
  readonly block: number;
  readonly callId: string;
  readonly name: string;
  readonly namespace?: string;
  readonly custom: boolean;
  readonly written: string;
}

export type OutputItem = MessageItem | ReasoningItem | CallItem;

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export function idOf(item: OutputItem, requestId: string): string {
  const place = outputPlace(item.index);
  if (item.kind === 'message') return itemId('msg', requestId, place);
  if (item.kind === 'reasoning') return itemId('rs', requestId, place);
  return itemId(item.custom ? 'ctc' : 'fc', requestId, place);
}

export function renderItem(item: OutputItem, requestId: string, status: ItemStatus): JsonObject {
  const id = idOf(item, requestId);
  switch (item.kind) {
    case 'message':
      return { id, type: 'message', status, role: 'assistant', content: item.parts.map(renderPart) };
    case 'reasoning':
      return renderReasoning(item, id);
    case 'call':
      return renderCall(item, id, status);
  }
}

function renderCall(
  { callId, name, namespace, custom, written }: CallItem,
  id: string,
  status: ItemStatus,
): JsonObject {
  const called = { call_id: callId, name, ...(namespace !== undefined && { namespace }) };
  return custom
    ? { id, type: 'custom_tool_call', status, ...called, input: written }
    : { id, type: 'function_call', status, ...called, arguments: written };
}

export function renderPart(part: TextPart): JsonObject {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text };
  return { type: 'output_text', text: part.text, annotations: part.annotations, logprobs: valuesOf(part.logprobs) };
}

/**
 * `encrypted_content` goes out whether or not `include` asks for it: without it a model that was made to prove its
 * reasoning could not be answered with the results of its tools, and nothing is kept here to look the proof up in.
 */
function renderReasoning(item: ReasoningItem, id: string): JsonObject {
  const proof = proofOf(item);
  const summary = item.text === '' ? [] : [{ type: 'summary_text', text: item.text }];
  return { id, type: 'reasoning', summary, ...(proof !== undefined && { encrypted_content: proof }) };
}

/** OpenAI's own proof is what this dialect's field is for; any other vendor's is wrapped, so that it finds its way back. */
function proofOf({ vendor, id, signature, redacted }: ReasoningItem): string | undefined {
  if (vendor === undefined) return undefined;
  const named = { vendor, ...(id !== undefined && { id }) };
  if (redacted !== undefined) return writeReasoningProof({ ...named, kind: 'redacted', data: redacted });
  return signature === undefined ? undefined : writeReasoningProof({ ...named, kind: 'signature', data: signature });
}

export function valuesOf(chain: Chain | undefined): readonly JsonObject[] {
  const pieces: (readonly JsonObject[])[] = [];
  for (let link = chain; link !== undefined; link = link.before) pieces.push(link.values);
  return pieces.reverse().flat();
}
