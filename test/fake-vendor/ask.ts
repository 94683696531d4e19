import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import { isObject, listOf, numberOf, objectsOf, textOf } from './json-fields.js';
import { converseFields } from './converse-ask.js';
import { generateAsChat } from './generate-ask.js';
import { asChatBody } from './responses-ask.js';

export type VendorName = 'openai' | 'anthropic' | 'google' | 'bedrock';

/** The vendors' APIs that the fake serves; OpenAI has two. `converse` has what its path says among its fields: `model`, `stream`. */
export type VendorApi = 'chat' | 'responses' | 'messages' | 'generate' | 'converse';

export interface OfferedTool {
  readonly name: string;
  readonly parameters: JsonObject;
}

/** What the fake wants to know of a request, whichever vendor it was meant for. */
export interface Ask {
  readonly vendor: VendorName;
  readonly api: VendorApi;
  readonly body: JsonObject;
  readonly model: string;
  readonly stream: boolean;
  /** Text of the last user message that has any; tool results of Anthropic's user messages are not text. */
  readonly lastUserText: string;
  /** Texts of the tool results that came after that message. */
  readonly toolResults: readonly string[];
  readonly tools: readonly OfferedTool[];
  /** The tool that must be called, or `true` where any must. */
  readonly forcedTool?: string | true;
  readonly parallelToolCalls: boolean;
  readonly maxTokens?: number;
  readonly choices: number;
  /** The schema that the answer must fit; `{}` where any JSON will do. */
  readonly schema?: JsonObject;
  readonly inputTokens: number;
}

const vendors = {
  chat: 'openai',
  responses: 'openai',
  messages: 'anthropic',
  generate: 'google',
  converse: 'bedrock',
} as const;

export const vendorOfApi = (api: VendorApi): VendorName => vendors[api];

export const readAsk = (api: VendorApi, body: JsonObject): Ask => {
  if (api === 'responses') return { ...readFields(api, asChatBody(body)), body };
  return api === 'generate' ? { ...readFields(api, generateAsChat(body)), body } : readFields(api, body);
};

const readFields = (api: VendorApi, body: JsonObject): Ask => {
  const vendor = vendorOfApi(api);
  const messages = objectsOf(body.messages);
  const from = messages.findLastIndex((message) => message.role === 'user' && textsOf(message.content).length > 0);
  const shared = {
    vendor,
    api,
    body,
    model: textOf(body.model) ?? '',
    stream: body.stream === true,
    lastUserText: textsOf(messages[from]?.content).join('\n'),
    toolResults: messages.slice(from + 1).flatMap(toolResultsOf),
    inputTokens: tokensOf(body),
  };
  switch (vendor) {
    case 'openai':
    case 'google':
      return { ...shared, ...openAiFields(body) };
    case 'anthropic':
      return { ...shared, ...anthropicFields(body) };
    case 'bedrock':
      return { ...shared, ...converseFields(body) };
  }
};

const textsOf = (content: Json | undefined): readonly string[] =>
  typeof content === 'string' ? [content] : objectsOf(content).flatMap((part) => textOf(part.text) ?? []);

const toolResultsOf = (message: JsonObject): readonly string[] =>
  message.role === 'tool'
    ? [textsOf(message.content).join('')]
    : objectsOf(message.content)
        .map((part) => (part.type === 'tool_result' ? part : part.toolResult))
        .filter(isObject)
        .map((result) => textsOf(result.content).join(''));

/**
 * About four bytes a token, and never more tokens than words: a caller that bounds tokens by bytes, or by a tokenizer, must
 * stay right.
 */
const tokensOf = (body: JsonObject): number => {
  const text = JSON.stringify([body.system, body.messages, body.tools]);
  const words = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  return Math.min(Math.ceil(Buffer.byteLength(text) / 4), words + 8);
};

const openAiFields = (body: JsonObject) => ({
  tools: objectsOf(body.tools).flatMap((tool) => toolFrom(tool.function, 'parameters')),
  forcedTool: openAiForcedTool(body.tool_choice),
  parallelToolCalls: body.parallel_tool_calls !== false,
  maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
  choices: numberOf(body.n) ?? 1,
  schema: openAiSchema(body.response_format),
});

const openAiForcedTool = (choice: Json | undefined): string | true | undefined => {
  if (choice === 'required') return true;
  return isObject(choice) && isObject(choice.function) ? textOf(choice.function.name) : undefined;
};

const openAiSchema = (format: Json | undefined): JsonObject | undefined => {
  if (!isObject(format)) return undefined;
  if (format.type === 'json_object') return {};
  return isObject(format.json_schema) && isObject(format.json_schema.schema) ? format.json_schema.schema : undefined;
};

const anthropicFields = (body: JsonObject) => {
  const choice = isObject(body.tool_choice) ? body.tool_choice : {};
  return {
    tools: objectsOf(body.tools).flatMap((tool) => toolFrom(tool, 'input_schema')),
    forcedTool: choice.type === 'any' ? (true as const) : textOf(choice.name),
    parallelToolCalls: choice.disable_parallel_tool_use !== true,
    maxTokens: numberOf(body.max_tokens),
    choices: 1,
    schema: anthropicSchema(body),
  };
};

/** The format is named in `output_config` by the current API and in `output_format` by its beta. */
const anthropicSchema = (body: JsonObject): JsonObject | undefined => {
  const format = (isObject(body.output_config) ? body.output_config.format : undefined) ?? body.output_format;
  return isObject(format) && isObject(format.schema) ? format.schema : undefined;
};

const toolFrom = (tool: Json | undefined, schemaField: string): readonly OfferedTool[] => {
  const name = isObject(tool) ? textOf(tool.name) : undefined;
  if (!isObject(tool) || name === undefined) return [];
  const schema = tool[schemaField];
  return [{ name, parameters: isObject(schema) ? schema : {} }];
};

/** Whether the last thing said asks for what the vendor refuses without looking further; its message, where it does. */
export const missingField = (ask: Ask): string | undefined => {
  if (ask.model === '') return ask.vendor === 'openai' ? 'you must provide a model parameter' : 'model: Field required';
  if (ask.api === 'responses') return missingInput(ask);
  if (ask.api === 'generate') return listOf(ask.body.contents).length === 0 ? 'contents is not specified' : undefined;
  if (listOf(ask.body.messages).length === 0) {
    return ask.vendor === 'openai' ? "Missing required parameter: 'messages'." : 'messages: Field required';
  }
  return ask.vendor === 'anthropic' && ask.maxTokens === undefined ? 'max_tokens: Field required' : undefined;
};

const leastCap = 16;

const missingInput = ({ body, maxTokens = leastCap }: Ask): string | undefined => {
  if (body.input === undefined) return "Missing required parameter: 'input'.";
  return maxTokens < leastCap
    ? `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${leastCap}, but got ${maxTokens} instead.`
    : undefined;
};
