import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject } from '../../json-fields.js';
import { asText } from '../../anthropic/chat/json-fields.js';
import { CUSTOM_TOOL_ARGUMENT } from '../../tool-input.js';
import { badResponse } from '../../json-answer.js';
import { memberOf } from './member-of.js';
import { readCitation } from './read-citation.js';
import type { Reading } from './reading.js';

/**
 * A content block of an answer. `tool` calls a function, `json` is the call that stands for the answer, `custom` calls a
 * free-text tool; `strange` is what the canonical form has no name for (the service's own tools and their results).
 * `written` is the input so far; a function's is kept only as far as to know whether there was any.
 */
export type AnswerBlock =
  { readonly kind: 'said' | 'strange' } | { readonly kind: 'tool' | 'json' | 'custom'; readonly written: string };

type Step = readonly [AnswerBlock, readonly AnswerEvent[]];

const SAID: AnswerBlock = { kind: 'said' };

/** `contentBlockStart`, which text and reasoning do without. */
export function openBlock(start: JsonObject, block: number, reading: Reading): Step {
  const tool = asObject(start['toolUse']);
  if (tool !== undefined && tool['type'] !== 'server_tool_use') return openTool(tool, block, reading);
  const [name] = memberOf(start);
  return name === '' ? [SAID, []] : [{ kind: 'strange' }, [strange(name)]];
}

function openTool(tool: JsonObject, block: number, reading: Reading): Step {
  const name = asText(tool['name']) ?? '';
  if (name === '') throw badResponse('The vendor called a tool without naming it.');
  if (name === reading.jsonTool) return [{ kind: 'json', written: '' }, []];
  const custom = reading.customTools.has(name);
  const id = asText(tool['toolUseId']) ?? '';
  const start: AnswerEvent = { type: 'tool-call-start', choice: 0, block, id, name, ...(custom && { custom }) };
  return [{ kind: custom ? 'custom' : 'tool', written: '' }, [start]];
}

/** `contentBlockDelta`. */
export function extendBlock(before: AnswerBlock | undefined, delta: JsonObject, block: number, reading: Reading): Step {
  const known = before ?? SAID;
  if (known.kind === 'strange') return [known, []];
  const [name, value] = memberOf(delta);
  switch (name) {
    case '':
      return [known, []];
    case 'text':
      return [known, textDelta(value, block)];
    case 'reasoningContent':
      return [known, reasoningDelta(asObject(value) ?? {}, block, reading)];
    case 'toolUse':
      return 'written' in known ? extendTool(known, asText(asObject(value)?.['input']) ?? '', block) : [known, []];
    case 'citation': {
      const citation = readCitation(asObject(value) ?? {});
      return [known, [citation === undefined ? strange('citation') : { type: 'citation', choice: 0, block, citation }]];
    }
    default:
      return [known, [strange(name)]];
  }
}

function extendTool(known: Extract<AnswerBlock, { written: string }>, piece: string, block: number): Step {
  if (piece === '') return [known, []];
  // The text of a free-text tool is within a JSON string, so it is whole only at the end.
  if (known.kind === 'custom') return [{ ...known, written: known.written + piece }, []];
  const next = known.written === '' ? { ...known, written: piece } : known;
  return [next, known.kind === 'json' ? textDelta(piece, block) : [argumentsDelta(piece, block)]];
}

/** `contentBlockStop`. A call without any piece of input takes none. */
export function closeBlock(known: AnswerBlock | undefined, block: number): readonly AnswerEvent[] {
  if (known === undefined || !('written' in known)) return [];
  switch (known.kind) {
    case 'tool':
      return known.written === '' ? [argumentsDelta('{}', block)] : [];
    case 'json':
      return known.written === '' ? textDelta('{}', block) : [];
    case 'custom':
      return [argumentsDelta(customText(known.written), block)];
  }
}

/** The text that a free-text tool was given; as it was written where it is not in the form that was asked for. */
function customText(written: string): string {
  try {
    return asText((JSON.parse(written) as JsonObject)[CUSTOM_TOOL_ARGUMENT]) ?? written;
  } catch {
    // The output cap may have cut it off; the caller gets what there is.
    return written;
  }
}

function reasoningDelta(delta: JsonObject, block: number, { prover }: Reading): readonly AnswerEvent[] {
  const [text, signature] = [asText(delta['text']) ?? '', asText(delta['signature']) ?? ''];
  const redacted = asText(delta['redactedContent']) ?? '';
  const of = { type: 'reasoning-delta', choice: 0, block } as const;
  if (redacted !== '') return [{ ...of, text: '', ...toRedacted(redacted, prover) }];
  return [
    ...(text === '' ? [] : [{ ...of, text }]),
    ...(signature === '' ? [] : [{ ...of, text: '', vendor: prover, signature }]),
  ];
}

/** Anthropic's own text is within the bytes; what is not text is kept as it is, for this vendor alone. */
function toRedacted(base64: string, prover: Reading['prover']): { readonly vendor: string; readonly redacted: string } {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const isText = prover === 'anthropic' && Buffer.from(text, 'utf8').toString('base64') === base64;
  return isText ? { vendor: prover, redacted: text } : { vendor: 'bedrock', redacted: base64 };
}

function textDelta(value: Json | undefined, block: number): readonly AnswerEvent[] {
  const text = asText(value) ?? '';
  return text === '' ? [] : [{ type: 'text-delta', choice: 0, block, text }];
}

function argumentsDelta(written: string, block: number): AnswerEvent {
  return { type: 'tool-call-delta', choice: 0, block, arguments: written };
}

/** No dialect of a caller's has this content; its name says what is missing, and nothing of what it held. */
function strange(name: string): AnswerEvent {
  const detail = `The answer holds content of a kind (${name.slice(0, 64)}) that the gateway cannot pass on.`;
  return { type: 'warning', warning: { type: 'unsupported', feature: 'content', detail } };
}
