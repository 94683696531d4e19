import { z } from 'zod';
import { isWebUrl, parseBase64DataUrl } from '../shared/data-url.js';
import { LIMITS } from '../shared/request-limits.js';

/**
 * The messages of a request, after ChatCompletionRequestMessage of OpenAI's specification. Objects are loose at every
 * level, because a vendor of the same dialect may know fields that we do not.
 */
const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });

const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });

const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({
    url: z.string().refine((url) => isWebUrl(url) || Boolean(parseBase64DataUrl(url)?.mediaType), {
      message: 'expected an http(s) URL or data:<media type>;base64,<data>',
      params: { code: 'invalid_value' },
    }),
    detail: z.string().nullish(),
  }),
});

const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().min(1), format: z.string().min(1).max(32) }),
});

/** Not in the specification, but in this form at every vendor of the dialect that takes video (Qwen, Gemini, OpenRouter). */
const videoPart = z.looseObject({
  type: z.literal('video_url'),
  video_url: z.looseObject({
    url: z.string().refine((url) => isWebUrl(url) || Boolean(parseBase64DataUrl(url)?.mediaType), {
      message: 'expected an http(s) URL or data:<media type>;base64,<data>',
      params: { code: 'invalid_value' },
    }),
  }),
});

const filePart = z.looseObject({
  type: z.literal('file'),
  file: z
    .looseObject({
      file_data: z.string().min(1).nullish(),
      file_id: z.string().min(1).nullish(),
      filename: z.string().nullish(),
    })
    .refine((file) => file.file_data != null || file.file_id != null, {
      message: "expected 'file_data' (base64 or a data: URL) or 'file_id'",
      params: { code: 'missing_required_parameter' },
    }),
});

const parts = <T extends z.ZodType>(part: T) => z.union([z.string(), z.array(part).min(1).max(LIMITS.partsPerMessage)]);

const textOnly = parts(z.discriminatedUnion('type', [textPart]));
const anyMedia = parts(z.discriminatedUnion('type', [textPart, imagePart, audioPart, videoPart, filePart]));

const toolCall = z.discriminatedUnion('type', [
  z.looseObject({
    id: z.string(),
    type: z.literal('function'),
    function: z.looseObject({ name: z.string(), arguments: z.string() }),
  }),
  z.looseObject({
    id: z.string(),
    type: z.literal('custom'),
    custom: z.looseObject({ name: z.string(), input: z.string() }),
  }),
]);

const name = z.string().nullish();

export const chatMessageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: textOnly, name }),
  z.looseObject({ role: z.literal('developer'), content: textOnly, name }),
  z.looseObject({ role: z.literal('user'), content: anyMedia, name }),
  z.looseObject({
    role: z.literal('assistant'),
    content: parts(z.discriminatedUnion('type', [textPart, refusalPart])).nullish(),
    refusal: z.string().nullish(),
    name,
    tool_calls: z.array(toolCall).max(LIMITS.toolCallsPerMessage).nullish(),
    function_call: z.looseObject({ name: z.string(), arguments: z.string() }).nullish(),
    reasoning_content: z.string().nullish(),
    reasoning_details: z
      .array(z.looseObject({ type: z.string() }))
      .max(LIMITS.partsPerMessage)
      .nullish(),
  }),
  // The specification has text only here, but recorded vendors take images in a tool's result, so they are carried.
  z.looseObject({ role: z.literal('tool'), content: anyMedia, tool_call_id: z.string(), name }),
  z.looseObject({ role: z.literal('function'), content: z.string().nullable(), name: z.string() }),
]);

export type ChatMessage = z.infer<typeof chatMessageSchema>;
export type UserContent = z.infer<typeof anyMedia>;
export type UserPart = Exclude<UserContent, string>[number];
export type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;
export type AssistantPart = Exclude<NonNullable<AssistantMessage['content']>, string>[number];
