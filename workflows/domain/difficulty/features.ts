import type { ChatCall, Message, Part } from '../../contracts/call.js';
import { CONCEPTS, type Concept, countConcepts, UNSPACED } from './lexicon.js';
import { measureText } from './measure-text.js';

/**
 * How much of the last thing said is read: instructions stand before or after what they are about, and a longer look would
 * cost more than it tells. Characters.
 */
const HEAD = 900;
const TAIL = 500;
/** Where most say what they want. */
const OPENING = 28;
/** How much is measured for its layout (code, formulas), from the beginning on. */
const MEASURED = 3_000;

const MEASURES = [
  'length',
  'instruction_length',
  'is_short',
  'is_long',
  'is_very_long',
  'sentences',
  'clauses',
  'numbers',
  'question_marks',
  'code_fence',
  'code_marks',
  'stack_trace',
  'formula',
  'quoted',
  'image',
  'several_images',
  'tools',
  'several_tools',
  'editing_tools',
  'json',
  'json_schema',
  'turns',
  'system_prompt',
  'bias',
] as const;

export type FeatureName =
  | (typeof MEASURES)[number]
  | `says_${Concept}`
  | `begins_with_${Concept}`
  | `tools_and_${'acting' | 'courtesy' | 'analysis'}`;

export const FEATURES: readonly FeatureName[] = [
  ...MEASURES,
  ...CONCEPTS.map((concept) => `says_${concept}` as const),
  ...CONCEPTS.map((concept) => `begins_with_${concept}` as const),
  'tools_and_acting',
  'tools_and_courtesy',
  'tools_and_analysis',
];

/** As much of a call as is read. */
export type EstimatedCall = Pick<ChatCall, 'messages' | 'tools' | 'format'>;

/** What can be counted of a request, each from 0 to about 1, in the order of `FEATURES`. Nothing in it can be read back. */
export function featuresOf(call: EstimatedCall): readonly number[] {
  const asked = call.messages.findLast(({ role }) => role === 'user');
  const text = textOf(asked);
  const instruction = instructionOf(text);
  const counts = countConcepts(instruction);
  const concepts = counts.map((count) => Math.min(count, 3) / 3);
  const has = (concept: Concept): number => Math.min(1, counts[CONCEPTS.indexOf(concept)] ?? 0);
  const measures = measure(call, asked, text, instruction);
  const tools = call.tools.length > 0 ? 1 : 0;
  return [
    ...MEASURES.map((name) => measures[name]),
    ...concepts,
    ...countConcepts(instruction.slice(0, OPENING)).map((count) => Math.min(count, 1)),
    tools * has('acting'),
    tools * has('courtesy'),
    tools * Math.max(has('analysis'), has('causes'), has('design')),
  ];
}

function measure(
  call: EstimatedCall,
  asked: Message | undefined,
  text: string,
  instruction: string,
): { readonly [N in (typeof MEASURES)[number]]: number } {
  const length = weigh(text, instruction);
  const asking = Math.min(length, weigh(instruction, instruction));
  const images = asked?.content.filter(({ type }) => type === 'image').length ?? 0;
  const layout = measureText(text.slice(0, MEASURED), instruction);
  return {
    length: Math.log2(1 + length) / 16,
    instruction_length: Math.min(asking, 600) / 600,
    is_short: length < 45 ? 1 : 0,
    is_long: length > 1_500 ? 1 : 0,
    is_very_long: length > 6_000 ? 1 : 0,
    ...layout,
    image: images > 0 ? 1 : 0,
    several_images: Math.min(Math.max(images - 1, 0), 4) / 4,
    tools: call.tools.length > 0 ? 1 : 0,
    several_tools: Math.min(call.tools.length, 5) / 5,
    editing_tools: call.tools.some(({ name }) => EDITING.test(name)) ? 1 : 0,
    json: call.format?.type === 'json-object' ? 1 : 0,
    json_schema: call.format?.type === 'json-schema' ? 1 : 0,
    turns: Math.min(call.messages.length - 1, 10) / 10,
    system_prompt: call.messages.some(({ role }) => role === 'system' || role === 'developer') ? 1 : 0,
    bias: 1,
  };
}

/** Tools of those who let a model work on its own: an agent's, not an assistant's. */
const EDITING = /edit|write_file|apply_patch|run_|shell|bash|python|execute|test/i;

/** A character of Chinese or Japanese says about as much as two and a half letters. */
function weigh(text: string, sample: string): number {
  return text.length * (UNSPACED.test(sample) ? 2.5 : 1);
}

function textOf(message: Message | undefined): string {
  return message?.content.map(partText).join('\n') ?? '';
}

function partText(part: Part): string {
  return part.type === 'text' ? part.text : '';
}

/** In lower case. What stands in the middle of a long text is its matter, and not what is to be done with it. */
function instructionOf(text: string): string {
  if (text.length <= HEAD + TAIL) return text.toLowerCase();
  const head = text.slice(0, HEAD);
  // A blank line after the instruction ends it, so that the words of a document are not taken for it.
  const end = head.indexOf('\n\n');
  return `${end > 0 ? head.slice(0, end) : head}\n${text.slice(-TAIL).split('\n\n').at(-1) ?? ''}`.toLowerCase();
}
