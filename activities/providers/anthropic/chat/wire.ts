import type { JsonObject } from '../../../../workflows/contracts/json.js';

/**
 * What is sent to Anthropic's `POST /v1/messages` (version 2023-06-01), as far as calls in canonical form need it. Type
 * aliases, not interfaces, because only those are assignable to `JsonObject`. Answers are read as `JsonObject`, so that
 * fields and events that came after this was written survive.
 */
export type CacheControl = JsonObject;

export type TextBlock = {
  readonly type: 'text';
  readonly text: string;
  readonly cache_control?: CacheControl;
};

export type ImageBlock = {
  readonly type: 'image';
  readonly source:
    | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
    | { readonly type: 'url'; readonly url: string };
  readonly cache_control?: CacheControl;
};

export type DocumentBlock = {
  readonly type: 'document';
  readonly source:
    | { readonly type: 'base64'; readonly media_type: 'application/pdf'; readonly data: string }
    | { readonly type: 'text'; readonly media_type: 'text/plain'; readonly data: string }
    | { readonly type: 'url'; readonly url: string };
  readonly title?: string;
  readonly cache_control?: CacheControl;
};

export type ToolUseBlock = {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  readonly cache_control?: CacheControl;
};

export type ToolResultBlock = {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content?: readonly MediaBlock[];
  readonly is_error?: true;
  readonly cache_control?: CacheControl;
};

/** `signature` proves the text: both go back byte for byte. */
export type ThinkingBlock = { readonly type: 'thinking'; readonly thinking: string; readonly signature: string };

export type RedactedThinkingBlock = { readonly type: 'redacted_thinking'; readonly data: string };

/** What a user's message and a tool's result may hold. */
export type MediaBlock = TextBlock | ImageBlock | DocumentBlock;

export type Block = MediaBlock | ToolUseBlock | ToolResultBlock | ThinkingBlock | RedactedThinkingBlock;

export type WireMessage = { readonly role: 'user' | 'assistant'; readonly content: readonly Block[] };

export type WireTool = {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: JsonObject;
  readonly strict?: true;
  readonly cache_control?: CacheControl;
};

export type WireToolChoice =
  | { readonly type: 'none' }
  | { readonly type: 'auto' | 'any'; readonly disable_parallel_tool_use?: true }
  | { readonly type: 'tool'; readonly name: string; readonly disable_parallel_tool_use?: true };

export type WireThinking =
  | { readonly type: 'enabled'; readonly budget_tokens: number }
  | { readonly type: 'adaptive'; readonly display?: 'summarized' }
  | { readonly type: 'disabled' };

export type OutputConfig = {
  readonly format?: { readonly type: 'json_schema'; readonly schema: JsonObject };
  readonly effort?: string;
};

export type MessagesBody = {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream: boolean;
  readonly system?: readonly TextBlock[];
  readonly messages: readonly WireMessage[];
  /** Ours, or another vendor tool as the caller wrote it. */
  readonly tools?: readonly (WireTool | JsonObject)[];
  readonly tool_choice?: WireToolChoice;
  readonly thinking?: WireThinking;
  readonly output_config?: OutputConfig;
  readonly stop_sequences?: readonly string[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly metadata?: { readonly user_id: string };
};
