import { z } from 'zod';
import { chatRequestSchema } from '../chat-request.schema.js';

/** What a text completion asks for besides what it shares with a chat completion (CreateCompletionRequest). */
const ownFields = {
  // An array of token ids is recognised and refused by `to-chat-body.ts`, in words of its own.
  prompt: z.union([z.string(), z.array(z.unknown())]),
  suffix: z.string().nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().min(0).max(20).nullish(),
  logprobs: z.int().min(0).max(5).nullish(),
};

export const completionFieldsSchema = z.looseObject(ownFields);

export type CompletionFields = z.infer<typeof completionFieldsSchema>;

/** Fields of a chat completion that have no meaning where text goes on. */
export const CHAT_ONLY = [
  ...(['messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call'] as const),
  ...(['response_format', 'modalities', 'top_logprobs'] as const),
];

/** The request as a whole, for the API's description; the shared fields are checked as those of a chat. */
export const completionRequestSchema = chatRequestSchema
  .omit({
    messages: true,
    tools: true,
    tool_choice: true,
    parallel_tool_calls: true,
    functions: true,
    function_call: true,
    response_format: true,
    modalities: true,
    top_logprobs: true,
    logprobs: true,
  })
  .extend({ ...ownFields, prompt: z.union([z.string(), z.array(z.string()).length(1)]) });
