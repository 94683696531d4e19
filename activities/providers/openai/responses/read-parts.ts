import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asText } from '../../json-fields.js';
import { NOTHING, openPart, partKey, withPart } from './answer-state.js';
import type { AnswerState, ContentKind, Step } from './answer-state.js';
import { readCitation } from './read-citation.js';

/** A piece of text or of a refusal. */
export function addContent(state: AnswerState, kind: ContentKind, key: string, text: string): Step {
  if (text === '') return [state, NOTHING];
  const [open, part] = openPart(state, key);
  const type = kind === 'text' ? 'text-delta' : 'refusal-delta';
  const told = { ...part, told: part.told + text.length };
  return [withPart(open, key, told), [{ type, choice: 0, block: part.block, text }]];
}

/** The whole of what should have come in pieces: told now where none came, as some vendors skip them. */
export function completeContent(state: AnswerState, kind: ContentKind, key: string, whole: string): Step {
  return (state.parts.get(key)?.told ?? 0) > 0 ? [state, NOTHING] : addContent(state, kind, key, whole);
}

export function addCitations(state: AnswerState, key: string, annotations: readonly JsonObject[]): Step {
  if (annotations.length === 0) return [state, NOTHING];
  const [open, part] = openPart(state, key);
  const events = annotations.map((annotation): AnswerEvent => {
    return { type: 'citation', choice: 0, block: part.block, citation: readCitation(annotation) };
  });
  return [withPart(open, key, { ...part, citations: part.citations + annotations.length }), events];
}

/** Those that have not been told yet; the vendor tells each when it comes, and all of them with the whole text. */
export function completeCitations(state: AnswerState, key: string, all: readonly JsonObject[]): Step {
  return addCitations(state, key, all.slice(state.parts.get(key)?.citations ?? 0));
}

export function addLogprobs(state: AnswerState, key: string, tokens: readonly JsonObject[]): Step {
  if (tokens.length === 0) return [state, NOTHING];
  const [open, part] = openPart(state, key);
  const event: AnswerEvent = { type: 'logprobs', choice: 0, block: part.block, tokens };
  return [withPart(open, key, { ...part, logprobs: true }), [event]];
}

export function completeLogprobs(state: AnswerState, key: string, all: readonly JsonObject[]): Step {
  return state.parts.get(key)?.logprobs === true ? [state, NOTHING] : addLogprobs(state, key, all);
}

/** Where a run of reasoning's text is told: the item, its vendor's name for it, and which of its paragraphs this is. */
export interface ReasoningPlace {
  readonly item: string;
  readonly id: string | undefined;
  readonly paragraph: string;
}

/** An item's paragraphs, of a summary or of the reasoning itself, are one run with a blank line between them. */
export function addReasoning(state: AnswerState, place: ReasoningPlace, text: string): Step {
  if (text === '') return [state, NOTHING];
  const { item, id, paragraph } = place;
  const key = partKey.reasoning(item);
  const [open, part] = openPart(state, key);
  const before = state.paragraphs.get(item);
  const gap = before !== undefined && before !== paragraph ? '\n\n' : '';
  const told = withPart(open, key, { ...part, told: part.told + text.length });
  const next = before === paragraph ? told : { ...told, paragraphs: new Map(told.paragraphs).set(item, paragraph) };
  return [next, [{ ...reasoningEvent(part.block, id), text: `${gap}${text}` }]];
}

/** The whole of an item of reasoning: its text where none came in pieces, and the proof, which is whole only now. */
export function completeReasoning(state: AnswerState, item: JsonObject, key: string): Step {
  const toldAny = (state.parts.get(partKey.reasoning(key))?.told ?? 0) > 0;
  const id = asText(item['id']);
  const [told, texts] = toldAny ? [state, NOTHING] : tellParagraphs(state, item, key);
  const signature = asText(item['encrypted_content']);
  if (signature === undefined) return [told, texts];
  const [open, part] = openPart(told, partKey.reasoning(key));
  return [open, [...texts, { ...reasoningEvent(part.block, id), text: '', signature }]];
}

function tellParagraphs(state: AnswerState, item: JsonObject, key: string): Step {
  const events: AnswerEvent[] = [];
  let current = state;
  for (const field of ['summary', 'content'] as const) {
    for (const [index, paragraph] of paragraphsOf(item, field).entries()) {
      const place = { item: key, id: asText(item['id']), paragraph: `${field} ${index}` };
      const [next, found] = addReasoning(current, place, paragraph);
      current = next;
      events.push(...found);
    }
  }
  return [current, events];
}

function paragraphsOf(item: JsonObject, field: 'summary' | 'content'): readonly string[] {
  const list = item[field];
  return Array.isArray(list) ? (list as readonly JsonObject[]).map((entry) => asText(entry['text']) ?? '') : [];
}

/** The proof is of the maker of the models, whichever service they run at. */
function reasoningEvent(block: number, id: string | undefined) {
  return { type: 'reasoning-delta', choice: 0, block, vendor: 'openai', ...(id !== undefined && { id }) } as const;
}
