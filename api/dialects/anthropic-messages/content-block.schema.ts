import { z } from 'zod';

// Content blocks whose fields the gateway reads; unknown fields are kept, and so are blocks of any other type.

const ID = /^[a-zA-Z0-9_-]+$/;
const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

const id = z.string().regex(ID);
const nonEmptyText = z.string().min(1);

const url = z.looseObject({ type: z.literal('url'), url: nonEmptyText });
const file = z.looseObject({ type: z.literal('file'), file_id: nonEmptyText });
const base64 = <T extends z.ZodType<string>>(mediaType: T) =>
  z.looseObject({ type: z.literal('base64'), media_type: mediaType, data: nonEmptyText });

/** A source of a kind that came after this was written is left to the vendor. */
const other = z.looseObject({ type: z.string() });

export const imageSources = { base64: base64(z.enum(IMAGE_TYPES)), url, file };

export const documentSources = {
  base64: base64(z.literal('application/pdf')),
  text: z.looseObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: z.string() }),
  content: z.looseObject({
    type: z.literal('content'),
    content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
  }),
  url,
  file,
};

export const blockSchemas = {
  text: z.looseObject({ type: z.literal('text'), text: nonEmptyText }),
  image: z.looseObject({ type: z.literal('image'), source: other }),
  document: z.looseObject({
    type: z.literal('document'),
    source: other,
    title: z.string().nullish(),
    context: z.string().nullish(),
  }),
  search_result: z.looseObject({
    type: z.literal('search_result'),
    source: z.string(),
    title: z.string(),
    content: z.array(z.looseObject({ type: z.literal('text'), text: z.string() })),
  }),
  tool_use: z.looseObject({ type: z.literal('tool_use'), id, name: nonEmptyText, input: z.looseObject({}) }),
  tool_result: z.looseObject({
    type: z.literal('tool_result'),
    tool_use_id: id,
    content: z.union([z.string(), z.array(z.unknown())]).nullish(),
    is_error: z.boolean().nullish(),
  }),
  thinking: z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  redacted_thinking: z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() }),
};

export const anyBlock = other;

export type KnownBlockType = keyof typeof blockSchemas;
export type KnownBlock = { [T in KnownBlockType]: z.infer<(typeof blockSchemas)[T]> }[KnownBlockType];
export type BlockOf<T extends KnownBlockType> = Extract<KnownBlock, { type: T }>;

export function isKnownBlockType(type: unknown): type is KnownBlockType {
  return typeof type === 'string' && Object.hasOwn(blockSchemas, type);
}
