/**
 * What we write of a request for OpenAI's Responses API (CreateResponse) when the caller spoke another dialect.
 * Type aliases and not interfaces, because only those are JSON to the compiler.
 */
export type WireText = { readonly type: 'input_text'; readonly text: string };

export type WireContent =
  | WireText
  | {
      readonly type: 'input_image';
      readonly image_url?: string;
      readonly file_id?: string;
      /** The specification wants it said, even where it is the default. */
      readonly detail: string;
    }
  | {
      readonly type: 'input_file';
      readonly file_id?: string;
      readonly file_url?: string;
      readonly file_data?: string;
      readonly filename?: string;
    };

export type WireItem =
  | {
      readonly type: 'message';
      readonly role: 'user' | 'system' | 'developer';
      readonly content: string | readonly WireContent[];
    }
  /** Text alone: parts of an assistant's message would need the id and the status that the vendor gave it. */
  | { readonly type: 'message'; readonly role: 'assistant'; readonly content: string }
  | {
      readonly type: 'reasoning';
      readonly id?: string;
      readonly summary: readonly { readonly type: 'summary_text'; readonly text: string }[];
      readonly encrypted_content: string;
    }
  | {
      readonly type: 'function_call';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    }
  | { readonly type: 'custom_tool_call'; readonly call_id: string; readonly name: string; readonly input: string }
  | {
      readonly type: 'function_call_output' | 'custom_tool_call_output';
      readonly call_id: string;
      readonly output: string | readonly WireContent[];
    };
