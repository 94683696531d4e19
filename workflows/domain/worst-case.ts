import type { Offer } from '../contracts/offers.js';
import type { Demand } from '../contracts/requests.js';
import type { Unit } from '../contracts/usage.js';
import { add, type Fraction, larger, perUnit, roundUp, times, ZERO } from './fraction.js';
import { INPUT_UNITS, isFree, OUTPUT_UNITS, pricesFor, priceOfUnit, type PriceList } from './price-list.js';

/**
 * Tokens that a vendor adds by itself where tools are declared, for its own instructions. Anthropic documents 346 for
 * Claude 4 and at most 530 for any model (page "Pricing", table of tool use system prompts); twice that is reserved.
 */
const TOOL_PROMPT_TOKENS = 1_024;

/** The same of a vendor whose tokenizer is known: OpenAI adds some 65 for GPT-5, and fewer for the models before it. */
const COUNTED_TOOL_PROMPT_TOKENS = 256;

/** The most searches that a call may ask for; beyond it, or without a limit, its cost counts as unbounded. */
export const MAX_SEARCHES = 100;

/** The most tools' results that a vendor may put before the model within one request; beyond it the cost counts as unbounded. */
const MAX_VENDOR_STEPS = 100;

/**
 * The most tokens of input that the call can be charged for; undefined where that cannot be said.
 * No tokenizer makes more than one token of a byte, so bytes bound text where the offer's tokenizer has not; an image is bounded by the offer's limit, and what
 * has no such limit by the context window. A tool that the vendor runs puts its result before the model, which reads all once
 * more: a window each.
 */
export function inputTokenBound(offer: Offer, demand: Demand): number | undefined {
  const steps = demand.vendorSteps ?? demand.searches;
  if (demand.searches > MAX_SEARCHES || steps > MAX_VENDOR_STEPS) return undefined;
  const text = textTokenBound(offer, demand);
  const images = demand.images === 0 ? 0 : demand.images * (offer.maxImageTokens ?? offer.contextWindow);
  const unboundedByItself = demand.unboundedMedia || steps > 0;
  const once = unboundedByItself ? offer.contextWindow : Math.min(offer.contextWindow, text + images);
  const bound = once * (1 + steps);
  return Number.isSafeInteger(bound) && bound >= 0 ? bound : undefined;
}

function textTokenBound({ tokenizer }: Offer, { tokens, inputBytes, needs }: Demand): number {
  const hasTools = needs.includes('tools');
  const byBytes = inputBytes + (hasTools ? TOOL_PROMPT_TOKENS : 0);
  const counted = tokenizer && tokens?.[tokenizer]?.inputBound;
  if (counted === undefined) return byBytes;
  return Math.min(byBytes, counted + (hasTools ? COUNTED_TOOL_PROMPT_TOKENS : 0));
}

/** Tokens of output per choice that the model can write. */
export function mostOutputOf({ maxOutputTokens, contextWindow }: Offer): number {
  return Math.min(maxOutputTokens, contextWindow);
}

/** Tokens of output per choice: the caller's cap, never more than the model can write. */
export function outputCapFor(offer: Offer, demand: Demand): number {
  const most = mostOutputOf(offer);
  return Math.min(demand.maxOutputTokens ?? most, most);
}

/**
 * The most that the call can cost with this cap on output tokens per choice, in nano USD; undefined where no bound is
 * known. Every token counts at the dearest price of its side, since nobody knows beforehand what will be cached or audio.
 */
export function worstCase(offer: Offer, demand: Demand, outputCap: number): bigint | undefined {
  const inputTokens = inputTokenBound(offer, demand);
  const outputTokens = outputCap * demand.choices;
  if (inputTokens === undefined || !Number.isSafeInteger(outputTokens) || outputTokens < 0) return undefined;
  if (isFree(offer)) return 0n;
  const prices = pricesFor(offer, inputTokens);
  const { input, output } = dearestOf(prices);
  if (input === undefined || output === undefined) return undefined;
  const extras = extrasCost(prices, demand);
  if (extras === undefined) return undefined;
  const request = prices.requests === undefined ? ZERO : perUnit(prices.requests);
  return roundUp([times(input, inputTokens), times(output, outputTokens), extras, request].reduce(add, ZERO));
}

/** Of the vendor's own tools, each by its price; undefined where one that is asked for has none. */
function extrasCost(prices: PriceList, demand: Demand): Fraction | undefined {
  const { searches, fileSearches = 0, containers = 0, imageTool } = demand;
  const asked: readonly (readonly [Unit, number])[] = [
    ['searches', searches],
    ['file_searches', fileSearches],
    ['containers', containers],
    ...(Object.entries(imageTool?.units ?? {}) as readonly (readonly [Unit, number])[]),
  ];
  return asked.reduce<Fraction | undefined>((sum, [unit, count]) => {
    if (sum === undefined || count === 0) return sum;
    const price = prices[unit];
    return price === undefined ? undefined : add(sum, times(perUnit(price), count));
  }, ZERO);
}

/**
 * The largest cap on output tokens per choice with which the call's worst case over all these offers fits the amount; 0
 * where even one token does not, or where an offer has no worst case. An offer that writes less keeps its own limit.
 */
export function largestAffordableOutput(offers: readonly Offer[], demand: Demand, availableNanoUsd: bigint): number {
  const fits = (cap: number): boolean =>
    offers.every((offer) => {
      const cost = worstCase(offer, demand, Math.min(cap, outputCapFor(offer, demand)));
      return cost !== undefined && cost <= availableNanoUsd;
    });
  let affordable = 0;
  let tooMuch = 1 + Math.max(0, ...offers.map((offer) => outputCapFor(offer, demand)));
  while (tooMuch - affordable > 1) {
    const middle = Math.floor((affordable + tooMuch) / 2);
    if (fits(middle)) affordable = middle;
    else tooMuch = middle;
  }
  return affordable;
}

interface Dearest {
  readonly input: Fraction | undefined;
  readonly output: Fraction | undefined;
}

/** A memo of a pure function, for as long as a price list stays: to read ten decimals takes longer than all else of a bound. */
const known = new WeakMap<PriceList, Dearest>();

function dearestOf(prices: PriceList): Dearest {
  const found = known.get(prices);
  if (found) return found;
  const made = { input: dearest(INPUT_UNITS, prices), output: dearest(OUTPUT_UNITS, prices) };
  known.set(prices, made);
  return made;
}

/** The dearest price of one side; undefined where a unit of it has no price at all. */
function dearest(units: readonly Unit[], prices: PriceList): Fraction | undefined {
  return units.reduce<Fraction | undefined>((most, unit) => {
    const price = priceOfUnit(unit, prices);
    return most === undefined || price === undefined ? undefined : larger(most, perUnit(price));
  }, ZERO);
}
