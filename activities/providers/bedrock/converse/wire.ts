import type { JsonObject } from '../../../../workflows/contracts/json.js';

/**
 * What is sent to Bedrock's `Converse` and `ConverseStream` (service model `bedrock-runtime`, 2023-09-30), as far as calls in
 * canonical form need it. Type aliases, not interfaces, because only those are assignable to `JsonObject`. Answers are read
 * as `JsonObject`, so that fields and events that came after this was written are no fault.
 */
export type CachePoint = { readonly cachePoint: { readonly type: 'default'; readonly ttl?: '1h' } };

export type TextBlock = { readonly text: string };

/** `data` in base64, as all bytes are in JSON. */
type Bytes = { readonly bytes: string };

export type ImageBlock = { readonly image: { readonly format: string; readonly source: Bytes } };
export type VideoBlock = { readonly video: { readonly format: string; readonly source: Bytes } };
export type AudioBlock = { readonly audio: { readonly format: string; readonly source: Bytes } };
export type DocumentBlock = {
  readonly document: { readonly format: string; readonly name: string; readonly source: Bytes };
};

export type MediaBlock = TextBlock | ImageBlock | VideoBlock | AudioBlock | DocumentBlock;

export type ToolUseBlock = {
  readonly toolUse: { readonly toolUseId: string; readonly name: string; readonly input: JsonObject };
};

export type ToolResultBlock = {
  readonly toolResult: {
    readonly toolUseId: string;
    readonly content: readonly (MediaBlock | { readonly json: JsonObject })[];
    readonly status?: 'success' | 'error';
  };
};

/** The signature proves the text: both go back byte for byte. */
export type ReasoningBlock = {
  readonly reasoningContent:
    | { readonly reasoningText: { readonly text: string; readonly signature?: string } }
    | { readonly redactedContent: string };
};

export type Block = MediaBlock | ToolUseBlock | ToolResultBlock | ReasoningBlock | CachePoint;

export type WireMessage = { readonly role: 'user' | 'assistant'; readonly content: readonly Block[] };

export type ToolSpec = {
  readonly toolSpec: {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema: { readonly json: JsonObject };
    readonly strict?: true;
  };
};

export type WireToolChoice =
  { readonly auto: JsonObject } | { readonly any: JsonObject } | { readonly tool: { readonly name: string } };

export type InferenceConfig = {
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
};

/** `schema` is JSON, written out. */
export type TextFormat = {
  readonly type: 'json_schema';
  readonly structure: {
    readonly jsonSchema: { readonly schema: string; readonly name?: string; readonly description?: string };
  };
};

export type ConverseBody = {
  readonly messages: readonly WireMessage[];
  readonly system?: readonly (TextBlock | CachePoint)[];
  readonly inferenceConfig: InferenceConfig;
  readonly toolConfig?: {
    readonly tools: readonly (ToolSpec | CachePoint)[];
    readonly toolChoice?: WireToolChoice;
  };
  readonly outputConfig?: { readonly textFormat: TextFormat };
  readonly additionalModelRequestFields?: JsonObject;
};
