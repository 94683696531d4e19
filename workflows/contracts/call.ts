import type { Json, JsonObject } from './json.js';
import type { Warning } from './warning.js';

/** The wire formats that a caller or a vendor can speak for text. */
export type ChatDialect = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'sandbox';

/** The same for what is no conversation. */
export type MediaDialect =
  | 'openai-embeddings'
  | 'cohere-rerank'
  | 'openai-moderations'
  | 'openai-images'
  | 'openai-speech'
  | 'openai-transcriptions'
  | 'openai-videos';

export type Dialect = ChatDialect | MediaDialect;

/** Fields of one vendor or dialect that the canonical form has no name for; carried, never read by the core. */
export type Extras = { readonly [dialect in Dialect]?: JsonObject };

export type MediaSource =
  | { readonly type: 'url'; readonly url: string }
  /** `data` is base64 without a data-URL prefix. */
  | { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly type: 'file-id'; readonly id: string };

/** A file of a form that is too large to be carried in its call: it rests in the object store until the request ends. */
export interface StoredMedia {
  readonly type: 'stored';
  /** Of the object. */
  readonly id: string;
  readonly mediaType: string;
  readonly bytes: number;
}

/** What a form may bring in the place of an address, an id or data. */
export type GivenMedia = MediaSource | StoredMedia;

export type Part =
  | { readonly type: 'text'; readonly text: string; readonly extras?: Extras }
  | { readonly type: 'image'; readonly source: MediaSource; readonly detail?: string; readonly extras?: Extras }
  | { readonly type: 'file'; readonly source: MediaSource; readonly filename?: string; readonly extras?: Extras }
  | { readonly type: 'audio'; readonly source: MediaSource; readonly format?: string; readonly extras?: Extras }
  | { readonly type: 'video'; readonly source: MediaSource; readonly extras?: Extras }
  | { readonly type: 'refusal'; readonly text: string; readonly extras?: Extras }
  /**
   * `signature` is the vendor's opaque proof of its own reasoning (Anthropic's `signature`, OpenAI's `encrypted_content`); it
   * must go back byte for byte to the same vendor only. `id` is the vendor's name for it, where it wants that back too.
   */
  | {
      readonly type: 'reasoning';
      readonly text: string;
      readonly id?: string;
      readonly signature?: string;
      readonly redacted?: boolean;
      readonly vendor?: string;
      readonly extras?: Extras;
    }
  /** `arguments` is the text that the model wrote: usually, but not surely, JSON. */
  | {
      readonly type: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly arguments: string;
      readonly custom?: boolean;
      readonly extras?: Extras;
    }
  | {
      readonly type: 'tool-result';
      readonly toolCallId: string;
      readonly content: readonly Part[];
      readonly isError?: boolean;
      readonly extras?: Extras;
    };

export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly name?: string;
  readonly content: readonly Part[];
  readonly extras?: Extras;
}

export type Tool =
  | {
      readonly type: 'function';
      readonly name: string;
      readonly description?: string;
      readonly parameters?: JsonObject;
      readonly strict?: boolean;
      readonly extras?: Extras;
    }
  /** A tool whose input is free text (OpenAI's `custom`), bounded by a grammar where one is given. */
  | {
      readonly type: 'custom';
      readonly name: string;
      readonly description?: string;
      readonly grammar?: { readonly syntax: string; readonly definition: string };
      readonly extras?: Extras;
    }
  /** A vendor's own tool (`web_search`); `definition` is as the caller wrote it. */
  | { readonly type: 'opaque'; readonly dialect: Dialect; readonly name: string; readonly definition: JsonObject };

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string }
  /** OpenAI's `allowed_tools`: the other tools are known but not to be called now. */
  | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] }
  | { readonly type: 'opaque'; readonly dialect: Dialect; readonly value: Json };

export type OutputFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json-object' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly description?: string;
      readonly schema: JsonObject;
      readonly strict?: boolean;
    };

/** A chat request in the language of the house. Content: it never enters a workflow's history, a log or a trace. */
export interface ChatCall {
  readonly kind: 'chat';
  /** The body as the caller wrote it, unknown fields included, so that a vendor of the same dialect gets it faithfully. */
  readonly source: {
    readonly dialect: ChatDialect;
    readonly body: JsonObject;
    /** Absent where the answer has the dialect's usual form; else the body is as for that one, and only the answer differs. */
    readonly form?: 'text-completion' | 'chat-completion';
  };
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** The caller's cap on output tokens, reasoning included; absent where none was given. */
  readonly maxOutputTokens?: number;
  /** How many answers are asked for (`n`), at least 1. */
  readonly choices: number;
  readonly stop?: readonly string[];
  readonly format?: OutputFormat;
  readonly temperature?: number;
  readonly topP?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly seed?: number;
  readonly topK?: number;
  readonly verbosity?: string;
  /** Log probabilities are asked for; `top` is how many alternatives at each token. */
  readonly logprobs?: { readonly top?: number };
  readonly reasoningEffort?: string;
  /** The caller's cap on reasoning alone (Anthropic's `budget_tokens`); 0 where reasoning was turned off. */
  readonly reasoningBudgetTokens?: number;
  /** Whether, and how long, the reasoning's text is to be shown (OpenAI's `reasoning.summary`). */
  readonly reasoningSummary?: string;
  readonly endUser?: string;
  /** Headers of the caller for the vendor whose dialect this is; only `anthropic-beta`, names in lower case. */
  readonly vendorHeaders?: { readonly [name: string]: string };
  /**
   * Set where the call holds what only vendors of this dialect understand: tools that they run themselves, items of their
   * own. It has no canonical form, so that no other vendor may serve the call.
   */
  readonly boundTo?: ChatDialect;
  readonly stream: boolean;
  /** The stored answer that this call goes on from, by the id that the caller knows it by. */
  readonly continues?: string;
  /** What the gateway itself does not do as it was asked, whoever answers; told with the answer. */
  readonly warnings?: readonly Warning[];
}
