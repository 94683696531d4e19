import type { JsonObject } from '../../../workflows/contracts/json.js';
import { writeReasoningProof } from '../../../workflows/domain/reasoning-proof.js';
import { lose } from './blocks-state.js';
import type { BlocksState, BlocksStep, ChoiceEvent, OpenBlock } from './blocks-state.js';
import { renderCitation } from './render-citation.js';
import { writeToolId } from './tool-ids.js';

type Of<T extends ChoiceEvent['type']> = Extract<ChoiceEvent, { type: T }>;

/** One event, in its turn. What has no form in this dialect is remembered for a warning. */
export function applyEvent(state: BlocksState, event: ChoiceEvent): BlocksStep {
  switch (event.type) {
    case 'text-delta':
      return writeText(state, 'text', event.block, event.text);
    case 'refusal-delta':
      return writeText({ ...state, refused: true }, 'refusal', event.block, event.text);
    case 'reasoning-delta':
      return event.redacted === undefined ? writeThinking(state, event) : writeRedacted(state, event, event.redacted);
    case 'tool-call-start':
      return startTool(state, event);
    case 'tool-call-delta':
      return writeInput(state, event);
    case 'citation':
      return writeCitation(state, event);
    case 'logprobs':
      return [lose(state, 'logprobs'), []];
    case 'audio-delta':
      return [lose(state, 'audio'), []];
    case 'opaque':
      return [lose(state, 'content'), []];
    case 'finish':
      return [state, []];
  }
}

/** Ends the open block. A free-text tool's input ends with its JSON, and thinking with the proof of it. */
export function closeBlock(state: BlocksState): BlocksStep {
  const { open, ...rest } = state;
  if (open === undefined) return [state, []];
  const stop = { type: 'content_block_stop', index: open.index };
  switch (open.kind) {
    case 'custom':
      return [rest, [inputDelta(open.index, '"}'), stop]];
    case 'thinking': {
      const signature = signatureOf(open);
      const proof = signature === '' ? [] : [delta(open.index, { type: 'signature_delta', signature })];
      return [rest, [...proof, stop]];
    }
    default:
      return [rest, [stop]];
  }
}

/** The dialect's own vendor reads its signature as it is; any other's goes within a proof that names it. */
function signatureOf({ vendor = '', id, signature = '' }: Extract<OpenBlock, { kind: 'thinking' }>): string {
  if (vendor === 'anthropic') return signature;
  return writeReasoningProof({ vendor, ...(id !== undefined && { id }), kind: 'signature', data: signature });
}

function writeText(state: BlocksState, kind: 'text' | 'refusal', block: number, text: string): BlocksStep {
  if (text === '') return [state, []];
  const [opened, events] = openBlock(state, kind, block, (index) => [
    { kind, block, index },
    { type: 'text', text: '' },
  ]);
  return [opened, [...events, delta(indexOf(opened), { type: 'text_delta', text })]];
}

function writeThinking(state: BlocksState, event: Of<'reasoning-delta'>): BlocksStep {
  const { block, text } = event;
  const [opened, events] = openBlock(state, 'thinking', block, (index) => [
    { kind: 'thinking', block, index },
    { type: 'thinking', thinking: '', signature: '' },
  ]);
  if (opened.open?.kind !== 'thinking') return [opened, events];
  const { vendor, id, signature } = event;
  const open = {
    ...opened.open,
    ...(vendor !== undefined && { vendor }),
    ...(id !== undefined && { id }),
    ...(signature !== undefined && { signature }),
  };
  const written = text === '' ? [] : [delta(open.index, { type: 'thinking_delta', thinking: text })];
  return [{ ...opened, open }, [...events, ...written]];
}

function writeRedacted(state: BlocksState, event: Of<'reasoning-delta'>, redacted: string): BlocksStep {
  const { vendor = '', id } = event;
  const proof = { vendor, ...(id !== undefined && { id }), kind: 'redacted', data: redacted } as const;
  const data = vendor === 'anthropic' ? redacted : writeReasoningProof(proof);
  const [closed, events] = closeBlock(state);
  const index = closed.next;
  const start = { type: 'content_block_start', index, content_block: { type: 'redacted_thinking', data } };
  return [{ ...closed, next: index + 1 }, [...events, start, { type: 'content_block_stop', index }]];
}

function startTool(state: BlocksState, event: Of<'tool-call-start'>): BlocksStep {
  const { block, name, custom = false } = event;
  const content = { type: 'tool_use', id: writeToolId(event.id), name, input: {} };
  const [opened, events] = openBlock({ ...state, calledTools: true }, custom ? 'custom' : 'tool', block, (index) => [
    custom ? { kind: 'custom', block, index } : { kind: 'tool', block, index, written: '' },
    content,
  ]);
  // Tools of this dialect take an object, so that free text is the one field of one.
  return [opened, custom ? [...events, inputDelta(indexOf(opened), '{"input":"')] : events];
}

function writeInput(state: BlocksState, event: Of<'tool-call-delta'>): BlocksStep {
  const { open } = state;
  if (event.arguments === '') return [state, []];
  if (open?.block !== event.block) return [lose(state, 'tool_use.input'), []];
  if (open.kind === 'custom') {
    return [state, [inputDelta(open.index, JSON.stringify(event.arguments).slice(1, -1))]];
  }
  if (open.kind !== 'tool') return [lose(state, 'tool_use.input'), []];
  const written = open.written + event.arguments;
  return [{ ...state, open: { ...open, written } }, [inputDelta(open.index, event.arguments)]];
}

function writeCitation(state: BlocksState, event: Of<'citation'>): BlocksStep {
  const citation = renderCitation(event.citation);
  if (citation === undefined || state.open?.kind !== 'text') return [lose(state, 'citations'), []];
  return [state, [delta(state.open.index, { type: 'citations_delta', citation })]];
}

/** Goes on in the open block where the event is of it, else closes that and begins another. */
function openBlock(
  state: BlocksState,
  kind: OpenBlock['kind'],
  block: number,
  create: (index: number) => readonly [OpenBlock, JsonObject],
): BlocksStep {
  if (state.open?.kind === kind && state.open.block === block) return [state, []];
  const [closed, events] = closeBlock(state);
  const index = closed.next;
  const [open, content] = create(index);
  const start = { type: 'content_block_start', index, content_block: content };
  return [{ ...closed, open, next: index + 1 }, [...events, start]];
}

function indexOf({ open }: BlocksState): number {
  return open?.index ?? 0;
}

function delta(index: number, content: JsonObject): JsonObject {
  return { type: 'content_block_delta', index, delta: content };
}

function inputDelta(index: number, json: string): JsonObject {
  return delta(index, { type: 'input_json_delta', partial_json: json });
}
