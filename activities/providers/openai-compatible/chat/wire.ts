import type { JsonObject } from '../../../../workflows/contracts/json.js';

/**
 * What we write of a chat completion request (OpenAI's CreateChatCompletionRequest) when the caller spoke another dialect.
 * Type aliases and not interfaces, because only those are JSON to the compiler.
 */
export type WireTextPart = { readonly type: 'text'; readonly text: string };

export type WirePart =
  | WireTextPart
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string; readonly detail?: string } }
  | { readonly type: 'video_url'; readonly video_url: { readonly url: string } }
  | { readonly type: 'input_audio'; readonly input_audio: { readonly data: string; readonly format: string } }
  | {
      readonly type: 'file';
      readonly file: { readonly file_id?: string; readonly file_data?: string; readonly filename?: string };
    };

export type WireToolCall =
  | {
      readonly id: string;
      readonly type: 'function';
      readonly function: { readonly name: string; readonly arguments: string };
    }
  | {
      readonly id: string;
      readonly type: 'custom';
      readonly custom: { readonly name: string; readonly input: string };
    };

export type WireMessage =
  | {
      readonly role: 'system' | 'developer';
      readonly name?: string;
      readonly content: string | readonly WireTextPart[];
    }
  | { readonly role: 'user'; readonly name?: string; readonly content: string | readonly WirePart[] }
  | {
      readonly role: 'assistant';
      readonly name?: string;
      readonly content: string | readonly WireTextPart[] | null;
      readonly refusal?: string;
      /** Of vendors that want their reasoning back, which OpenAI does not. */
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly WireToolCall[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string | readonly WireTextPart[] };

export type WireTool =
  | {
      readonly type: 'function';
      readonly function: {
        readonly name: string;
        readonly description?: string;
        readonly parameters?: JsonObject;
        readonly strict?: boolean;
      };
    }
  /** A tool of this dialect that the canonical form has no name for, as its caller wrote it. */
  | JsonObject;
