import type { ChatCall, Tool } from '../contracts/call.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { ImageToolDemand } from '../contracts/requests.js';
import { PARTIAL_PICTURE_TOKENS, type Picture, pictureTokens } from './picture-tokens.js';

/** OpenAI's own tool that makes pictures within an answer of the Responses API (ImageGenTool of its specification). */
export const IMAGE_TOOL = 'image_generation';

/**
 * The model that makes the pictures where the caller names none. The specification's own default is `gpt-image-1`, which has
 * ended; what took its place is not said, and so neither is its price.
 */
export const DEFAULT_IMAGE_MODEL = 'gpt-image-2';

/** "The maximum length is 32000 characters for the GPT image models" (`prompt`, CreateImageRequest): at most a token each. */
const MOST_PROMPT_TOKENS = 32_000;

/** "You can provide up to 16 images" (`image`, CreateImageEditRequest). */
const MOST_SEEN = 16;

/**
 * The most tokens of a picture that the tool reads: 65, 129 for each of six tiles, and 6,240 in high fidelity
 * (https://developers.openai.com/api/docs/guides/images-vision, "GPT Image 1"). Later models are said to read at most 1,536.
 */
const MOST_SEEN_TOKENS = 7_079;

/** Some models write before they draw. No limit is published; this many tokens for a picture are held for. */
const WRITTEN_TOKENS = 1_024;

/** The most that the tool can consume in this many uses; undefined where the call has no such tool. `given` are its pictures. */
export function imageToolDemand(call: ChatCall, uses: number, given: number): ImageToolDemand | undefined {
  const definition = call.tools.flatMap(definitionOf)[0];
  if (definition === undefined || uses === 0) return undefined;
  const { n, partial_images: partial, input_image_mask: mask } = definition;
  const model = typeof definition['model'] === 'string' ? definition['model'] : DEFAULT_IMAGE_MODEL;
  const each = Math.max(1, countOf(n) ?? 1);
  const made = bounded(uses * each);
  const before = given + earlierPictures(call) + (mask == null ? 0 : 1);
  const seen = bounded(uses * Math.min(MOST_SEEN, before + (uses - 1) * each));
  const tokens = pictureTokens(model, pictureOf(definition)) + PARTIAL_PICTURE_TOKENS * (countOf(partial) ?? 0);
  return {
    model,
    units: {
      image_tool_input: bounded(uses * MOST_PROMPT_TOKENS),
      image_tool_input_image: bounded(seen * MOST_SEEN_TOKENS),
      image_tool_output: bounded(made * WRITTEN_TOKENS),
      image_tool_output_image: bounded(made * tokens),
    },
  };
}

/** Names the model for a tool that names none, because its price could not be held otherwise. The same tool where it does. */
export function nameImageModel(tool: Json): Json {
  if (!isObject(tool) || tool['type'] !== IMAGE_TOOL || tool['model'] != null) return tool;
  return { ...tool, model: DEFAULT_IMAGE_MODEL };
}

/** What the content of an answer that only its own dialect can show says of a picture. */
export type PictureNews = { readonly type: 'made'; readonly picture: Picture } | { readonly type: 'partial' };

/** The name of the event that tells of a picture which is not done yet. */
export const PARTIAL_PICTURE = 'response.image_generation_call.partial_image';

/** A call that brought nothing is no picture, whatever its status: `generating` has been recorded of one that was done. */
export function pictureNews(data: Json): PictureNews | undefined {
  if (!isObject(data)) return undefined;
  if (data['type'] === PARTIAL_PICTURE) return { type: 'partial' };
  const isMade =
    data['type'] === 'image_generation_call' && typeof data['result'] === 'string' && data['result'] !== '';
  return isMade ? { type: 'made', picture: pictureOf(data) } : undefined;
}

/** Pictures of earlier turns, which may be changed in this one. */
function earlierPictures({ source }: ChatCall): number {
  const { input } = source.body;
  return Array.isArray(input) ? (input as readonly Json[]).filter((item) => pictureNews(item) !== undefined).length : 0;
}

function definitionOf(tool: Tool): readonly JsonObject[] {
  const isOne = tool.type === 'opaque' && tool.dialect === 'openai-responses' && tool.definition['type'] === IMAGE_TOOL;
  return isOne ? [tool.definition] : [];
}

function pictureOf({ quality, size }: JsonObject): Picture {
  return { ...(typeof quality === 'string' && { quality }), ...(typeof size === 'string' && { size }) };
}

/** With an unknown number of uses the sum is one that no plan accepts. */
function bounded(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, count);
}

function countOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
