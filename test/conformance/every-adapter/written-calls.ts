import { parseMessagesRequest } from '../../../api/dialects/anthropic-messages/parse-messages-request.js';
import { toChatCall as toMessagesCall } from '../../../api/dialects/anthropic-messages/to-chat-call.js';
import { parseChatRequest } from '../../../api/dialects/openai-chat/parse-chat-request.js';
import { toChatCall } from '../../../api/dialects/openai-chat/to-chat-call.js';
import { parseResponsesRequest } from '../../../api/dialects/openai-responses/parse-responses-request.js';
import { toResponsesCall } from '../../../api/dialects/openai-responses/to-responses-call.js';
import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Caller } from './adapters.js';
import { SAMPLING } from './canonical-calls.js';
import type { SpokenCall, Turn } from './canonical-calls.js';

/** What the gateway adds to every dialect, which no vendor is to see. */
export const GATEWAYS_FIELDS: JsonObject = {
  models: ['some-model', 'another-model'],
  on_disconnect: 'finish',
  provider: { order: ['openai'] },
  include_route: true,
  session_id: 'session-1',
};

/** The call as a caller of this dialect makes it, read by the gateway's own parser. */
export function toCall(spoken: SpokenCall, caller: Caller, stream: boolean): ChatCall {
  switch (caller) {
    case 'openai-chat': {
      const parsed = parseChatRequest({ ...toChatBody(spoken), ...GATEWAYS_FIELDS, stream });
      return toChatCall(accepted(parsed));
    }
    case 'openai-responses': {
      const parsed = parseResponsesRequest({ ...toResponsesBody(spoken), ...GATEWAYS_FIELDS, stream });
      return toResponsesCall(accepted(parsed));
    }
    case 'anthropic-messages': {
      const parsed = parseMessagesRequest({ ...toMessagesBody(spoken), ...GATEWAYS_FIELDS, stream }, { betas: [] });
      return toMessagesCall(accepted(parsed), []);
    }
  }
}

function accepted<T>(
  parsed:
    { readonly ok: true; readonly request: T } | { readonly ok: false; readonly error: { readonly message: string } },
): T {
  if (!parsed.ok) throw new Error(`not accepted: ${parsed.error.message}`);
  return parsed.request;
}

const description = (name: string): string => `description-of-${name}`;
const PARAMETERS = {
  type: 'object',
  properties: { place: { type: 'string' } },
  required: ['place'],
  additionalProperties: false,
};

function schemaOf(field: string): JsonObject {
  return {
    type: 'object',
    properties: { [field]: { type: 'string' } },
    required: [field],
    additionalProperties: false,
  };
}

function toChatBody({ system, turns, tools, schemaField, reasons, samples }: SpokenCall): JsonObject {
  const { temperature, topP, stop, seed, presence, frequency } = SAMPLING;
  return {
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      ...turns.flatMap(toChatMessages),
    ],
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function',
        function: { name, description: description(name), parameters: PARAMETERS },
      })),
    }),
    ...(schemaField !== undefined && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', strict: true, schema: schemaOf(schemaField) },
      },
    }),
    ...(reasons && { reasoning_effort: 'high' }),
    ...(samples && {
      ...{ temperature, top_p: topP, stop: [stop], seed, presence_penalty: presence, frequency_penalty: frequency },
    }),
  };
}

function toChatMessages(turn: Turn): readonly JsonObject[] {
  switch (turn.who) {
    case 'user': {
      const { text, image } = turn;
      if (image === undefined) return [{ role: 'user', content: text }];
      const url = `data:image/png;base64,${image}`;
      return [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ];
    }
    case 'assistant': {
      const { text = null, refusal, calls } = turn;
      const toolCalls = calls?.map(({ id, name, input }) => ({
        ...{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } },
      }));
      return [
        {
          role: 'assistant',
          content: text,
          ...(refusal !== undefined && { refusal }),
          ...(toolCalls && { tool_calls: toolCalls }),
        },
      ];
    }
    case 'tools':
      return turn.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  }
}

function toResponsesBody({ system, turns, tools, schemaField, reasons, samples }: SpokenCall): JsonObject {
  return {
    ...(system !== undefined && { instructions: system }),
    input: turns.flatMap(toItems),
    ...(tools && {
      tools: tools.map((name) => ({
        ...{ type: 'function', name, description: description(name), parameters: PARAMETERS, strict: true },
      })),
    }),
    ...(schemaField !== undefined && {
      text: { format: { type: 'json_schema', name: 'place', strict: true, schema: schemaOf(schemaField) } },
    }),
    ...(reasons && { reasoning: { effort: 'high' } }),
    ...(samples && { temperature: SAMPLING.temperature, top_p: SAMPLING.topP }),
  };
}

function toItems(turn: Turn): readonly JsonObject[] {
  switch (turn.who) {
    case 'user': {
      const image = { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${turn.image ?? ''}` };
      const content = [{ type: 'input_text', text: turn.text }, ...(turn.image === undefined ? [] : [image])];
      return [{ type: 'message', role: 'user', content }];
    }
    case 'assistant': {
      const { text, refusal, calls = [] } = turn;
      const content = [
        ...(text === undefined ? [] : [{ type: 'output_text', text, annotations: [], logprobs: [] }]),
        ...(refusal === undefined ? [] : [{ type: 'refusal', refusal }]),
      ];
      return [
        { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content },
        ...calls.map(({ id, name, input }) => ({
          ...{ type: 'function_call', call_id: id, name, arguments: JSON.stringify(input) },
        })),
      ];
    }
    case 'tools':
      return turn.results.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text }));
  }
}

function toMessagesBody({ system, turns, tools, schemaField, reasons, samples }: SpokenCall): JsonObject {
  const { temperature, topP, stop } = SAMPLING;
  return {
    max_tokens: 4000,
    ...(system !== undefined && { system }),
    messages: turns.map(toMessage),
    ...(tools && {
      tools: tools.map((name) => ({ name, description: description(name), input_schema: PARAMETERS })),
    }),
    ...(schemaField !== undefined && {
      output_config: { format: { type: 'json_schema', schema: schemaOf(schemaField) } },
    }),
    ...(reasons && { thinking: { type: 'enabled', budget_tokens: 2000 } }),
    ...(samples && { temperature, top_p: topP, stop_sequences: [stop] }),
  };
}

function toMessage(turn: Turn): JsonObject {
  switch (turn.who) {
    case 'user': {
      const source = { type: 'base64', media_type: 'image/png', data: turn.image ?? '' };
      const image = turn.image === undefined ? [] : [{ type: 'image', source }];
      return { role: 'user', content: [{ type: 'text', text: turn.text }, ...image] };
    }
    case 'assistant': {
      const said = turn.text ?? turn.refusal;
      return {
        role: 'assistant',
        content: [
          ...(said === undefined ? [] : [{ type: 'text', text: said }]),
          ...(turn.calls ?? []).map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
        ],
      };
    }
    case 'tools':
      return {
        role: 'user',
        content: turn.results.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text })),
      };
  }
}
