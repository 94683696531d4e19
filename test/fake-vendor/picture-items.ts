import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import type { Answer } from './compose.js';
import { objectsOf } from './json-fields.js';
import type { Item } from './response-item.js';
import { lettersFrom } from './seeded.js';

/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** Tokens that each picture is said to have taken, whatever its size. */
export const FAKE_PICTURE_TOKENS = { text: 30, seen: 40, written: 5, drawn: 1_000 };

const toolOf = ({ body }: Ask): JsonObject | undefined =>
  objectsOf(body.tools).find(({ type }) => type === 'image_generation');

const countOf = (ask: Ask, { pictures }: Answer): number => (toolOf(ask) === undefined ? 0 : pictures);

/** As recorded of OpenAI: partial pictures are told in streams only, and the whole picture with its item. */
export const pictureItems = (ask: Ask, answer: Answer): readonly Item[] =>
  Array.from({ length: countOf(ask, answer) }, (_, index) => pictureItem(toolOf(ask) ?? {}, `${answer.id}:${index}`));

const pictureItem = (tool: JsonObject, seed: string): Item => {
  const opening = { id: `ig_${lettersFrom(seed, 48)}`, type: 'image_generation_call', status: 'in_progress' };
  const made = {
    background: 'opaque',
    output_format: 'png',
    quality: tool.quality ?? 'medium',
    size: tool.size ?? '1024x1024',
  };
  const event = (what: string, place: JsonObject, more: JsonObject = {}): JsonObject => ({
    ...{ type: `response.image_generation_call.${what}`, ...place },
    ...more,
  });
  return {
    opening,
    inner: (place) => [
      event('in_progress', place),
      event('generating', place),
      ...Array.from({ length: Number(tool.partial_images ?? 0) }, (_, index) =>
        event('partial_image', place, { partial_image_index: index, partial_image_b64: PIXEL, ...made }),
      ),
      event('completed', place),
    ],
    whole: { ...opening, status: 'completed', ...made, result: PIXEL, revised_prompt: 'A picture.' },
  };
};

/** Every Response tells it, with zeros where no picture was made; older ones do not. */
export const pictureUsageOf = (ask: Ask, answer: Answer): JsonObject => {
  if (answer.pictureUsage === 'missing' || answer.usage === 'missing') return {};
  const times = countOf(ask, answer);
  const { text, seen, written, drawn } = FAKE_PICTURE_TOKENS;
  const image_gen = {
    input_tokens: times * (text + seen),
    input_tokens_details: { text_tokens: times * text, image_tokens: times * seen },
    output_tokens: times * (written + drawn),
    output_tokens_details: { text_tokens: times * written, image_tokens: times * drawn },
    total_tokens: times * (text + seen + written + drawn),
  };
  return { tool_usage: { image_gen, web_search: { num_requests: 0 } } };
};
