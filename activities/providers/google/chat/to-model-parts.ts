import type { Part } from '../../../../workflows/contracts/call.js';
import type { ModelTraits } from './model-traits.js';
import { EMPTY_TEXT, NO_SIGNATURE, SIGNED_VENDOR, signatureOf, TEXT_BEFORE, THOUGHT } from './signatures.js';
import { toToolInput } from '../../tool-input.js';
import type { Warnings } from '../../warnings.js';
import type { WireCall, WirePart, WireText } from './wire.js';

/** What is being written of one message of the model. */
interface Draft {
  readonly parts: WirePart[];
  /** Signatures of texts that come later, because the caller's dialect puts all reasoning first. */
  readonly waiting: { ofText?: string; ofNoText?: string };
  /** Signatures of calls, by the id of the call. */
  readonly ofCalls: ReadonlyMap<string, string>;
  readonly callIds: ReadonlySet<string>;
}

/** An earlier answer as the model wrote it, its thought signatures back at their parts. */
export function toModelParts(parts: readonly Part[], traits: ModelTraits, warnings: Warnings): readonly WirePart[] {
  const signed = parts.flatMap((part) => (part.type === 'reasoning' ? [signatureOf(part)] : []));
  const draft: Draft = {
    parts: [],
    waiting: {},
    ofCalls: new Map(signed.flatMap((signature) => (signature ? [[signature.id, signature.value] as const] : []))),
    callIds: new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))),
  };
  const laterText = parts.findLastIndex((part) => part.type === 'text' || part.type === 'refusal');
  for (const [index, part] of parts.entries()) addPart(draft, part, index < laterText, warnings);
  endText(draft);
  return traits.isThirdGeneration ? withSomeSignature(draft.parts) : draft.parts;
}

function addPart(draft: Draft, part: Part, textFollows: boolean, warnings: Warnings): void {
  switch (part.type) {
    case 'text':
    case 'refusal':
      addText(draft, part.text);
      if (!textFollows) endText(draft);
      return;
    case 'reasoning':
      addReasoning(draft, part, textFollows, warnings);
      return;
    case 'tool-call':
      draft.parts.push(toCall(part, draft.ofCalls.get(part.id), warnings));
      return;
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
    case 'tool-result':
      warnings.add('ignored', 'messages', `A ${part.type} within the assistant's message was left out.`);
      return;
  }
}

function addText({ parts, waiting }: Draft, text: string): void {
  // "contents.parts must not be empty": a part without text is refused.
  if (text === '') return;
  parts.push({ text, ...(waiting.ofText !== undefined && { thoughtSignature: waiting.ofText }) });
  delete waiting.ofText;
}

/** What was to be said after the text. */
function endText({ parts, waiting }: Draft): void {
  if (waiting.ofText !== undefined) parts.push({ text: '', thoughtSignature: waiting.ofText });
  if (waiting.ofNoText !== undefined) parts.push({ text: '', thoughtSignature: waiting.ofNoText });
  delete waiting.ofText;
  delete waiting.ofNoText;
}

function addReasoning(
  draft: Draft,
  part: Extract<Part, { type: 'reasoning' }>,
  textFollows: boolean,
  warnings: Warnings,
): void {
  const signature = signatureOf(part);
  if (signature === undefined) {
    if (part.vendor === SIGNED_VENDOR) return;
    const detail = 'Reasoning of another vendor was left out: Google takes back its own only.';
    warnings.add('ignored', 'messages[].reasoning_details', detail);
    return;
  }
  const { id, value } = signature;
  if (draft.callIds.has(id)) return;
  const last = draft.parts.at(-1);
  if (id === THOUGHT) draft.parts.push({ text: part.text, thought: true, thoughtSignature: value });
  else if (id === TEXT_BEFORE && isUnsignedText(last))
    draft.parts[draft.parts.length - 1] = { ...last, thoughtSignature: value };
  else if (id === TEXT_BEFORE && textFollows) draft.waiting.ofText = value;
  else if (id === EMPTY_TEXT && textFollows && last === undefined) draft.waiting.ofNoText = value;
  else if (id === EMPTY_TEXT || id === TEXT_BEFORE) draft.parts.push({ text: '', thoughtSignature: value });
  else
    warnings.add(
      'ignored',
      'messages[].reasoning_details',
      'The proof of a call that is not in its message was left out.',
    );
}

function isUnsignedText(part: WirePart | undefined): part is WireText {
  return part !== undefined && 'text' in part && part.thought === undefined && part.thoughtSignature === undefined;
}

function toCall(
  call: Extract<Part, { type: 'tool-call' }>,
  signature: string | undefined,
  warnings: Warnings,
): WireCall {
  const { id, name } = call;
  return {
    functionCall: { id, name, args: toToolInput(call, warnings) },
    ...(signature !== undefined && { thoughtSignature: signature }),
  };
}

/** The first call of each step must be signed; only what Gemini did not write can lack it. */
function withSomeSignature(parts: readonly WirePart[]): readonly WirePart[] {
  const calls = parts.filter((part): part is WireCall => 'functionCall' in part);
  const first = calls[0];
  if (first === undefined || calls.some(({ thoughtSignature }) => thoughtSignature !== undefined)) return parts;
  return parts.map((part) => (part === first ? { ...first, thoughtSignature: NO_SIGNATURE } : part));
}
