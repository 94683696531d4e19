import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { readCitation } from './read-citation.js';
import { asObject } from '../../json-fields.js';
import { asArray, asText } from './json-fields.js';
import { CUSTOM_TOOL_ARGUMENT } from '../../tool-input.js';
import type { Reading } from './reading.js';

/**
 * A content block of an answer. `tool` calls a function, `json` is the call that stands for the answer, `custom` calls a
 * free-text tool, `opaque` is what only this vendor knows (its own tools and their results). `written` is the input so far
 * in JSON; a function's is kept only as far as to know whether there was any.
 */
export type AnswerBlock =
  | { readonly kind: 'said' }
  | { readonly kind: 'tool' | 'json' | 'custom'; readonly input: JsonObject; readonly written: string }
  | { readonly kind: 'opaque' };

type Step = readonly [AnswerBlock | undefined, readonly AnswerEvent[]];

/** Who can check the proofs of reasoning, whichever service they came through. */
const VENDOR = 'anthropic';

const SAID: AnswerBlock = { kind: 'said' };
const OPAQUE: AnswerBlock = { kind: 'opaque' };

/** `content_block_start`: in a stream an empty block; in a plain answer, and from some proxies, a block with content. */
export function openBlock(event: JsonObject, index: number, reading: Reading): Step {
  const block = asObject(event['content_block']) ?? {};
  switch (block['type']) {
    case 'text':
      return [SAID, [...textDelta(index, block['text']), ...citations(index, block)]];
    case 'thinking':
      return [SAID, [...thinkingDelta(index, block['thinking']), ...signatureDelta(index, block['signature'])]];
    case 'redacted_thinking': {
      const redacted = asText(block['data']) ?? '';
      return [SAID, [{ type: 'reasoning-delta', choice: 0, block: index, text: '', vendor: VENDOR, redacted }]];
    }
    case 'tool_use':
      return openTool(block, index, reading);
    default:
      return [OPAQUE, [opaque(event)]];
  }
}

function openTool(block: JsonObject, index: number, reading: Reading): Step {
  const { type: _type, id, name, input, ...others } = block;
  const called = asText(name) ?? '';
  const content = { input: asObject(input) ?? {}, written: '' };
  if (called === reading.jsonTool) return [{ kind: 'json', ...content }, []];
  const custom = reading.customTools.has(called);
  const start: AnswerEvent = {
    type: 'tool-call-start',
    choice: 0,
    block: index,
    id: asText(id) ?? '',
    name: called,
    ...(custom && { custom }),
    ...(Object.keys(others).length > 0 && { extras: { 'anthropic-messages': others } }),
  };
  return [{ kind: custom ? 'custom' : 'tool', ...content }, [start]];
}

/** `content_block_delta`; what is not known of the block or of the delta is `opaque`. */
export function extendBlock(block: AnswerBlock | undefined, event: JsonObject, index: number): Step {
  const delta = asObject(event['delta']) ?? {};
  if (block?.kind === 'opaque') return [block, [opaque(event)]];
  switch (delta['type']) {
    case 'text_delta':
      return [block ?? SAID, textDelta(index, delta['text'])];
    case 'thinking_delta':
      return [block ?? SAID, thinkingDelta(index, delta['thinking'])];
    case 'signature_delta':
      return [block ?? SAID, signatureDelta(index, delta['signature'])];
    case 'citations_delta':
      return [block ?? SAID, [citationEvent(index, asObject(delta['citation']) ?? {}) ?? opaque(event)]];
    case 'input_json_delta':
      return extendTool(block, event, asText(delta['partial_json']) ?? '', index);
    default:
      return [block ?? SAID, [opaque(event)]];
  }
}

function extendTool(block: AnswerBlock | undefined, event: JsonObject, piece: string, index: number): Step {
  if (block === undefined || !('written' in block)) return [block, [opaque(event)]];
  if (piece === '') return [block, []];
  switch (block.kind) {
    case 'tool':
      return [block.written === '' ? { ...block, written: piece } : block, argumentsDelta(index, piece)];
    case 'json':
      return [block.written === '' ? { ...block, written: piece } : block, textDelta(index, piece)];
    case 'custom':
      // Its text is within a JSON string, so it is whole only at the end.
      return [{ ...block, written: block.written + piece }, []];
  }
}

/** `content_block_stop`. A call without any piece of input has the input that it began with, `{}` where it takes none. */
export function closeBlock(block: AnswerBlock | undefined, index: number): Step {
  if (block === undefined || !('written' in block)) return [block, []];
  switch (block.kind) {
    case 'tool':
      return [block, block.written === '' ? argumentsDelta(index, JSON.stringify(block.input)) : []];
    case 'json':
      return [block, block.written === '' ? textDelta(index, JSON.stringify(block.input)) : []];
    case 'custom':
      return [
        block,
        argumentsDelta(index, customText(block.written === '' ? JSON.stringify(block.input) : block.written)),
      ];
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

function textDelta(block: number, value: JsonObject[string]): readonly AnswerEvent[] {
  const text = asText(value) ?? '';
  return text === '' ? [] : [{ type: 'text-delta', choice: 0, block, text }];
}

function thinkingDelta(block: number, value: JsonObject[string]): readonly AnswerEvent[] {
  const text = asText(value) ?? '';
  return text === '' ? [] : [{ type: 'reasoning-delta', choice: 0, block, text }];
}

function signatureDelta(block: number, value: JsonObject[string]): readonly AnswerEvent[] {
  const signature = asText(value) ?? '';
  return signature === '' ? [] : [{ type: 'reasoning-delta', choice: 0, block, text: '', vendor: VENDOR, signature }];
}

function argumentsDelta(block: number, written: string): readonly AnswerEvent[] {
  return [{ type: 'tool-call-delta', choice: 0, block, arguments: written }];
}

/** Citations of a plain answer's text; one of an unknown kind is told in the form in which a stream has it. */
function citations(index: number, block: JsonObject): readonly AnswerEvent[] {
  return asArray(block['citations']).map((citation) => {
    const delta = { type: 'citations_delta', citation };
    return citationEvent(index, asObject(citation) ?? {}) ?? opaque({ type: 'content_block_delta', index, delta });
  });
}

function citationEvent(block: number, written: JsonObject): AnswerEvent | undefined {
  const citation = readCitation(written);
  return citation && { type: 'citation', choice: 0, block, citation };
}

function opaque(event: JsonObject): AnswerEvent {
  return { type: 'opaque', choice: 0, dialect: 'anthropic-messages', data: event };
}
