import type { ChatCall, Part, Tool } from '../../workflows/contracts/call.js';
import type { Json } from '../../workflows/contracts/json.js';
import type { Offer, Tokenizer } from '../../workflows/contracts/offers.js';
import type { Demand, TokenCounts } from '../../workflows/contracts/requests.js';
import { withNested, withoutCaps } from '../../workflows/domain/demand.js';
import { createTextCounter } from './count-text.js';
import { loadEncoder } from './load-encoder.js';

type CountText = (text: string) => Promise<number>;

/** Tokens that begin and end a conversation, once a request. */
const FRAMING_TOKENS = 16;
/**
 * Tokens of syntax for each value of the body and each name in it. A vendor adds three or four to a message, and a message
 * is at least five of these.
 */
const EACH = 1;
/** The same where tools and schemas are declared: vendors write them anew in a language of their own (`"a" | "b"`). */
const EACH_DECLARED = 4;
const DECLARATIONS: ReadonlySet<string> = new Set([
  ...['tools', 'functions', 'response_format'],
  // Where the other dialects have schemas.
  ...['text', 'output_config', 'output_format'],
]);

/**
 * The demand with what the tokenizers of these offers make of the call. Nothing is counted where no offer has one, or where
 * the call holds what bounds its tokens otherwise (files, audio, searches).
 */
export async function withTokens(demand: Demand, call: ChatCall, offers: readonly Offer[]): Promise<Demand> {
  const tokenizers = [...new Set(offers.flatMap(({ tokenizer }) => tokenizer ?? []))];
  const isBoundOtherwise = demand.unboundedMedia || demand.searches > 0 || demand.needs.includes('audio_input');
  if (tokenizers.length === 0 || isBoundOtherwise) return demand;
  const counts: [Tokenizer, TokenCounts][] = [];
  for (const tokenizer of tokenizers) {
    const countText = onceEach(createTextCounter(await loadEncoder(tokenizer)));
    counts.push([
      tokenizer,
      { text: await countWords(call, countText), inputBound: await boundInput(call, countText) },
    ]);
  }
  return { ...demand, tokens: Object.fromEntries(counts) };
}

/** Loads what `withTokens` will need for any of these offers, so that no request waits for it. */
export function prepareTokens(offers: readonly Offer[]): void {
  for (const { tokenizer } of offers) {
    // A failure is met again, and told, by the request that needs it.
    if (tokenizer !== undefined) loadEncoder(tokenizer).catch(() => undefined);
  }
}

/** Every name and value of the body, because a vendor of the same dialect is told them all. */
async function boundInput({ source, messages }: ChatCall, countText: CountText): Promise<number> {
  const images = new Set(messages.flatMap(({ content }) => content.flatMap(withNested).flatMap(inlineImage)));
  let tokens = FRAMING_TOKENS;
  for (const [name, value = null] of Object.entries(withoutCaps(source.body))) {
    const each = DECLARATIONS.has(name) ? EACH_DECLARED : EACH;
    tokens += each + (await countText(name));
    for (const text of textsIn(value)) {
      tokens += each;
      if (text === undefined) continue;
      tokens += each === EACH ? 0 : linesOf(text);
      tokens += await countText(withoutImage(text, images));
    }
  }
  return tokens;
}

/** Names and texts of a value, numbers among them; undefined for a list or an object itself. Depth costs no stack. */
function* textsIn(value: Json): Generator<string | undefined> {
  const left: Json[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) {
      yield String(next);
      continue;
    }
    yield undefined;
    if (!isList(next)) yield* Object.keys(next);
    for (const member of Object.values(next) as Json[]) left.push(member);
  }
}

/** A description of several lines may become as many lines of comment. */
function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

/** Base64 of an image is counted as an image, whether as a data URL or as it is. */
function withoutImage(text: string, images: ReadonlySet<string>): string {
  if (images.size === 0) return text;
  if (images.has(text)) return '';
  const comma = text.startsWith('data:') ? text.indexOf(',') : -1;
  return comma >= 0 && images.has(text.slice(comma + 1)) ? text.slice(0, comma) : text;
}

function inlineImage(part: Part): readonly string[] {
  return part.type === 'image' && part.source.type === 'base64' ? [part.source.data] : [];
}

async function countWords({ messages, tools }: ChatCall, countText: CountText): Promise<number> {
  const words = [
    ...messages.flatMap(({ content }) => content.flatMap(withNested).flatMap(wordsOf)),
    ...tools.flatMap(wordsOfTool),
  ];
  let tokens = 0;
  for (const text of words) tokens += await countText(text);
  return tokens;
}

function wordsOf(part: Part): readonly string[] {
  if ('text' in part) return [part.text];
  return part.type === 'tool-call' ? [part.name, part.arguments] : [];
}

function wordsOfTool(tool: Tool): readonly string[] {
  if (tool.type === 'opaque') return [JSON.stringify(tool.definition)];
  if (tool.type === 'custom') return [tool.name, tool.description ?? '', tool.grammar?.definition ?? ''];
  return [tool.name, tool.description ?? '', JSON.stringify(tool.parameters ?? {})];
}

/** A body and the parts that were read from it hold the same texts: each is counted once. */
function onceEach(countText: CountText): CountText {
  const known = new Map<string, number>();
  return async (text) => {
    const tokens = known.get(text) ?? (await countText(text));
    known.set(text, tokens);
    return tokens;
  };
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
