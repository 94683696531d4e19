/**
 * The most tokens of input that one image may cost, by the vendors' own formulas at the largest image that they do not
 * shrink; undefined where no formula is known, so that the context window bounds it.
 *
 * OpenAI ("Images and vision"): tiles of 512 px in 768 x 2048 px are 8 at most, at a base and a price per tile that
 * depend on the model; newer models count patches of 32 px, 1,536 of them, or 10,000 with `detail: original` (from 5.4
 * on), times a factor by model, of which the largest documented (2.46) is taken.
 * Anthropic ("Vision"): some 1,600 up to 4.6; from 4.7 on patches of 28 px in an image of at most 2,576 px a side.
 */
export function maxImageTokens(model: string): number | undefined {
  return IMAGE_TOKENS.find(([pattern]) => pattern.test(model))?.[1];
}

const tiles = (base: number, tile: number): number => base + 8 * tile;
const patches = (count: number, factor: number): number => Math.ceil(count * factor);

const IMAGE_TOKENS: readonly (readonly [RegExp, number])[] = [
  [/^gpt-4o-mini/, tiles(2_833, 5_667)],
  [/^gpt-4o/, tiles(85, 170)],
  [/^gpt-4\.1-(mini|nano)/, patches(1_536, 2.46)],
  // Documented as patches, and charged as tiles: the larger of the two.
  [/^gpt-4\.1/, patches(1_536, 1)],
  [/^o[13]/, tiles(75, 150)],
  [/^o4-mini/, patches(1_536, 1.72)],
  [/^gpt-5($|-|\.[123])/, patches(1_536, 2.46)],
  [/^(gpt-5\.|gpt-6|chat-latest)/, patches(10_000, 2.46)],
  [/^claude-[a-z]+-4-[0-6](?!\d)/, 1_600],
  [/^claude-/, 92 * 92],
];
