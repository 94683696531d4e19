import { z } from 'zod';
import { isWebUrl, parseBase64DataUrl } from '../shared/data-url.js';
import { LIMITS } from '../shared/request-limits.js';

/**
 * The items of `input`, after InputItem of OpenAI's specification. Objects are loose at every level, because a vendor of the
 * same dialect may know fields that we do not.
 */
const inputText = z.looseObject({ type: z.literal('input_text'), text: z.string() });

const missing = (message: string) => ({ message, params: { code: 'missing_required_parameter' } });

const inputImage = z
  .looseObject({
    type: z.literal('input_image'),
    image_url: z
      .string()
      .refine((url) => isWebUrl(url) || Boolean(parseBase64DataUrl(url)?.mediaType), {
        message: 'expected an http(s) URL or data:<media type>;base64,<data>',
        params: { code: 'invalid_value' },
      })
      .nullish(),
    file_id: z.string().min(1).nullish(),
    detail: z.string().nullish(),
  })
  .refine((image) => image.image_url != null || image.file_id != null, missing("expected 'image_url' or 'file_id'"));

const inputFile = z
  .looseObject({
    type: z.literal('input_file'),
    file_data: z.string().min(1).nullish(),
    file_id: z.string().min(1).nullish(),
    file_url: z
      .string()
      .refine(isWebUrl, { message: 'expected an http(s) URL', params: { code: 'invalid_value' } })
      .nullish(),
    filename: z.string().nullish(),
  })
  .refine(
    (file) => file.file_data != null || file.file_id != null || file.file_url != null,
    missing("expected 'file_data' (base64 or a data: URL), 'file_url' or 'file_id'"),
  );

const inputAudio = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().min(1), format: z.string().min(1).max(32) }),
});

const outputText = z.looseObject({ type: z.literal('output_text'), text: z.string() });
const outputRefusal = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });

const content = <T extends z.ZodType>(part: T) => z.union([z.string(), z.array(part).max(LIMITS.partsPerMessage)]);

const inputContent = content(z.discriminatedUnion('type', [inputText, inputImage, inputFile, inputAudio]));
const outputContent = content(z.discriminatedUnion('type', [outputText, outputRefusal]));
const toolOutput = content(z.discriminatedUnion('type', [inputText, inputImage, inputFile]));

const messageType = z.literal('message').nullish();

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('user'), type: messageType, content: inputContent }),
  z.looseObject({ role: z.literal('system'), type: messageType, content: inputContent }),
  z.looseObject({ role: z.literal('developer'), type: messageType, content: inputContent }),
  z.looseObject({ role: z.literal('assistant'), type: messageType, content: outputContent }),
]);

const callId = z.string().min(1);

const functionCall = z.looseObject({
  type: z.literal('function_call'),
  call_id: callId,
  name: z.string().min(1),
  arguments: z.string(),
});

const functionCallOutput = z.looseObject({
  type: z.literal('function_call_output'),
  call_id: callId,
  output: toolOutput,
});

const customToolCall = z.looseObject({
  type: z.literal('custom_tool_call'),
  call_id: callId,
  name: z.string().min(1),
  input: z.string(),
});

const customToolCallOutput = z.looseObject({
  type: z.literal('custom_tool_call_output'),
  call_id: callId,
  output: toolOutput,
});

const reasoning = z.looseObject({
  type: z.literal('reasoning'),
  id: z.string().nullish(),
  summary: z.array(z.looseObject({ type: z.literal('summary_text'), text: z.string() })).max(LIMITS.partsPerMessage),
  content: z
    .array(z.looseObject({ type: z.literal('reasoning_text'), text: z.string() }))
    .max(LIMITS.partsPerMessage)
    .nullish(),
  encrypted_content: z.string().nullish(),
});

const itemReference = z.looseObject({ type: z.literal('item_reference').nullish(), id: z.string().min(1) });

/** Items that only OpenAI's own Responses API understands: of its built-in tools, of compaction, or newer than this page. */
const nativeItem = z.looseObject({ type: z.string().min(1).max(64) });

export type MessageItem = z.infer<typeof message>;
export type InputContent = z.infer<typeof inputContent>;
export type InputPart = Exclude<InputContent, string>[number];
export type OutputContent = z.infer<typeof outputContent>;
export type ToolOutput = z.infer<typeof toolOutput>;
export type FunctionCallItem = z.infer<typeof functionCall>;
export type CustomToolCallItem = z.infer<typeof customToolCall>;
export type ReasoningItem = z.infer<typeof reasoning>;

/** An item with what it is; `kind` stands apart from `type`, which may be absent. */
export type InputItem =
  | { readonly kind: 'message'; readonly item: MessageItem }
  | { readonly kind: 'function_call'; readonly item: FunctionCallItem }
  | { readonly kind: 'function_call_output'; readonly item: z.infer<typeof functionCallOutput> }
  | { readonly kind: 'custom_tool_call'; readonly item: CustomToolCallItem }
  | { readonly kind: 'custom_tool_call_output'; readonly item: z.infer<typeof customToolCallOutput> }
  | { readonly kind: 'reasoning'; readonly item: ReasoningItem }
  | { readonly kind: 'item_reference'; readonly item: z.infer<typeof itemReference> }
  | { readonly kind: 'native'; readonly item: z.infer<typeof nativeItem> };

/** Every item that is read here, for the API's own description. */
export const inputItemSchema = z.union([
  message,
  functionCall,
  functionCallOutput,
  customToolCall,
  customToolCallOutput,
  reasoning,
  itemReference,
  nativeItem,
]);

const SCHEMAS = {
  message,
  function_call: functionCall,
  function_call_output: functionCallOutput,
  custom_tool_call: customToolCall,
  custom_tool_call_output: customToolCallOutput,
  reasoning,
  item_reference: itemReference,
  native: nativeItem,
} as const satisfies { readonly [K in InputItem['kind']]: z.ZodType };

/** Reads one item; zod's issues where it is not well formed. */
export function readInputItem(
  value: unknown,
):
  | { readonly ok: true; readonly item: InputItem }
  | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] } {
  const kind = kindOf(value);
  const read = SCHEMAS[kind].safeParse(value);
  // The schema was chosen by the kind, which the compiler cannot follow.
  if (read.success) return { ok: true, item: { kind, item: read.data } as InputItem };
  return { ok: false, issues: read.error.issues };
}

/** A message may leave its type out, and so may a reference, which has nothing but an id. */
function kindOf(value: unknown): InputItem['kind'] {
  const { type, role, id } = (typeof value === 'object' && value !== null ? value : {}) as {
    type?: unknown;
    role?: unknown;
    id?: unknown;
  };
  if (type == null) return role === undefined && typeof id === 'string' ? 'item_reference' : 'message';
  return typeof type === 'string' && type !== 'native' && Object.hasOwn(SCHEMAS, type)
    ? (type as InputItem['kind'])
    : 'native';
}
