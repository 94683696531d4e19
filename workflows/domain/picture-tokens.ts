/** Of a picture as it was asked for, or as the vendor says that it was made; what is absent or `auto` is not known. */
export interface Picture {
  readonly quality?: string;
  /** Pixels, as `1536x1024`. */
  readonly size?: string;
}

/** "Each partial image will incur an additional 100 image output tokens" (guide named below, "Partial images cost"). */
export const PARTIAL_PICTURE_TOKENS = 100;

type Qualities = { readonly [quality: string]: number | undefined };

/**
 * GPT Image 1 and 1.5 by size and quality (https://developers.openai.com/api/docs/guides/image-generation, "Cost and
 * latency"). At 32 USD a million they come to the prices by picture that the guide has for 1.5.
 */
const FIRST: { readonly [size: string]: Qualities | undefined } = {
  '1024x1024': { low: 272, medium: 1_056, high: 4_160 },
  '1024x1536': { low: 408, medium: 1_584, high: 6_240 },
  '1536x1024': { low: 400, medium: 1_568, high: 6_208 },
};

/** GPT Image 1 mini has only prices by picture (same page: 0.005 to 0.052 USD), here over its 8 USD a million tokens. */
const MINI: { readonly [size: string]: Qualities | undefined } = {
  '1024x1024': { low: 625, medium: 1_375, high: 4_500 },
  '1024x1536': { low: 750, medium: 1_875, high: 6_500 },
  '1536x1024': { low: 750, medium: 1_875, high: 6_500 },
};

/**
 * From GPT Image 2 on the guide has a calculator and no table. It divides the longer side into this many steps by quality and
 * the shorter in proportion (https://community.openai.com/t/1382699): 7,024 tokens for 1024x1024 in high, 5,488 for 1536x1024,
 * 5,063 for 1792x1024, 12,329 for 3584x2048, as the calculator says. 2.5 is said to take 196, 439, 1,756, 3,122 and 7,024
 * tokens for 1024x1024, to which these steps come.
 */
const STEPS_OF_2: Qualities = { low: 16, medium: 48, high: 96 };
const STEPS_OF_2_5: Qualities = { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 };
const MOST_STEPS = 96;

/** "The maximum supported resolution is 3840x2160" (ImageGenTool in OpenAI's specification); a square takes the most of them. */
const MOST_SIDE = Math.sqrt(3_840 * 2_160);

/**
 * Tokens of output of one picture by this model, without partial ones. The most of any size or quality where the picture's
 * own is not known, and the most of any model for one that nothing is published of.
 */
export function pictureTokens(model: string, { quality = '', size = '' }: Picture): number {
  if (/^gpt-image-1-mini(?:-|$)/.test(model)) return inTable(MINI, size, quality);
  if (/^(?:gpt-image-1(?:\.5)?(?:-|$)|chatgpt-image-latest$)/.test(model)) return inTable(FIRST, size, quality);
  return inSteps(stepsOf(model, quality), size);
}

function inTable(table: typeof FIRST, size: string, quality: string): number {
  const rows = Object.hasOwn(table, size) ? [table[size] ?? {}] : Object.values(table);
  const fitting = rows.flatMap((row = {}) => (Object.hasOwn(row, quality) ? [row[quality]] : Object.values(row)));
  return Math.max(...fitting.map((tokens = 0) => tokens));
}

function stepsOf(model: string, quality: string): number {
  const known = /^gpt-image-2(?:-\d|$)/.test(model) ? STEPS_OF_2 : /^gpt-image-2\.5-/.test(model) ? STEPS_OF_2_5 : {};
  return Object.hasOwn(known, quality) ? (known[quality] ?? MOST_STEPS) : MOST_STEPS;
}

function inSteps(steps: number, size: string): number {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? [];
  const [one, other] = width && height ? [Number(width), Number(height)] : [MOST_SIDE, MOST_SIDE];
  const [long, short] = [Math.max(one, other), Math.min(one, other)];
  const shortSteps = Math.floor((2 * steps * short + long) / (2 * long));
  return Math.ceil((steps * shortSteps * (2_000_000 + Math.round(one * other))) / 4_000_000);
}
