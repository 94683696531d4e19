/** In what a vendor of OpenAI's chat dialect differs from the others. */
export interface OpenAiCompatibleProfile {
  /** The vendor's name in the catalogue, for example `openai`. */
  readonly id: string;
  /** Up to and with the version, for example `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** The vendor's name for the cap on output tokens, reasoning included. */
  readonly capField: 'max_completion_tokens' | 'max_tokens';
  /** Whether it takes `stream_options.include_usage`; one that does not reports usage in streams unasked, or never. */
  readonly supportsStreamUsage: boolean;
  /** Whether a stream always ends with `[DONE]`, so that one without it was cut, even after its finish reason. */
  readonly sendsDone: boolean;
  /** Whether it knows the role `developer`; to others it goes as `system`. */
  readonly knowsDeveloperRole: boolean;
  /** Whether it takes back the reasoning of earlier answers; from one that does not, it is kept. */
  readonly takesReasoning: boolean;
  /** Whether it takes a file by its URL, where OpenAI wants the data. */
  readonly takesFileUrls: boolean;
  /** Whether it takes `video_url`, which is not in OpenAI's specification. */
  readonly takesVideo: boolean;
  /** Whether it knows `store`, and may keep answers for itself unless it is told not to. */
  readonly storesAnswers: boolean;
  /** Whether it keeps prompts in a cache without being asked, so that a caller's marks of where to cache are no loss. */
  readonly cachesByItself: boolean;
  /** Whether it knows the choice `allowed_tools`; to others the tools that are not allowed are not told. */
  readonly knowsAllowedTools: boolean;
  /** Fields of OpenAI's Responses API that it knows under the same name and with the same meaning. */
  readonly sharesWithResponses: readonly string[];
  /** How its models are held to a JSON schema: by `response_format`, by a tool that must be called, or not (JSON mode alone). */
  readonly structuredOutputs: 'native' | 'tool' | 'json_object';
  /** Fields of the request that it refuses; they are left out, and the caller is told. */
  readonly dropFields: readonly string[];
  /** Where it refuses what it does not know: the fields of a request that it takes. Others are left out, and the caller is told. */
  readonly knownFields?: readonly string[];
  /** Likewise for the fields of a message. */
  readonly knownMessageFields?: readonly string[];
  /** The efforts to reason that it takes, where not all of OpenAI's; another becomes the nearest, and the caller is told. */
  readonly reasoningEfforts?: readonly string[];
  /** How many letters and digits the id of a tool call must have, where it takes no other. */
  readonly callIdLength?: number;
  /** Fields of OpenAI's that it has under another name: OpenAI's, then its own. */
  readonly renamedFields?: { readonly [field: string]: string };
  /**
   * The path that answers for nothing whether a key is taken; `/models` where it is absent, and null where every such path
   * answers without a key, so that only a call can tell.
   */
  readonly keyCheckPath?: string | null;
  /** Sent with each request besides the credential. */
  readonly headers: { readonly [name: string]: string };
}
