import type { ChatCall, Message, Part } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';

/** The dialects that a call can come in; their parsers are tested by themselves, so calls stand here as those make them. */
export const CALLERS = ['openai-chat', 'anthropic-messages', 'openai-responses'] as const;
export type CallerDialect = (typeof CALLERS)[number];

const text = (words: string): Part => ({ type: 'text', text: words });
const say = (role: Message['role'], ...content: readonly Part[]): Message => ({ role, content });
const result = (toolCallId: string, ...content: readonly Part[]): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', toolCallId, content }],
});
const PICTURE: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } };
const SCHEMA: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

/** What is asked for, whatever the dialect. */
const SCENARIOS: { readonly [name: string]: Partial<ChatCall> } = {
  'parallel tool calls and their results': {
    messages: [
      say('system', text('Be brief.'), text('Use tools.')),
      say('user', text('Weather in Ulm and Rome?')),
      say(
        'assistant',
        text('Let me see.'),
        { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Ulm"}' },
        { type: 'tool-call', id: 'call_2', name: 'weather', arguments: '{"city":"Rome"}' },
      ),
      result('call_1', text('rain')),
      result('call_2', text('see the picture'), PICTURE),
      say('user', text('And?')),
    ],
    tools: [{ type: 'function', name: 'weather', description: 'The weather.', parameters: SCHEMA, strict: true }],
    toolChoice: { type: 'required' },
    parallelToolCalls: false,
  },
  'a picture and documents': {
    messages: [
      say(
        'user',
        text('Compare.'),
        PICTURE,
        { type: 'image', source: { type: 'url', url: 'https://a.example/b.jpg' } },
        {
          type: 'file',
          source: { type: 'base64', mediaType: 'application/pdf', data: 'JVBERi0xLjc=' },
          filename: 'a.pdf',
        },
      ),
    ],
  },
  'reasoning of every maker': {
    messages: [
      say('user', text('Think.')),
      say(
        'assistant',
        { type: 'reasoning', text: 'mine', vendor: 'anthropic', signature: 'c2ln' },
        { type: 'reasoning', text: 'aGlkZGVu', vendor: 'anthropic', redacted: true },
        { type: 'reasoning', text: 'theirs', vendor: 'openai', id: 'rs_1', signature: 'gAAA' },
        text('Done.'),
      ),
      say('user', text('Again.')),
    ],
    reasoningEffort: 'high',
    reasoningSummary: 'auto',
  },
  'a refusal, a free-text tool and an allowed one': {
    messages: [
      say('user', text('Do it.')),
      say('assistant', { type: 'refusal', text: 'I would rather not.' }),
      say('user', text('Then run this.')),
      say('assistant', { type: 'tool-call', id: 'call_9', name: 'shell', arguments: 'ls -l', custom: true }),
      result('call_9', text('total 0')),
    ],
    tools: [
      { type: 'custom', name: 'shell', grammar: { syntax: 'regex', definition: '.*' } },
      { type: 'function', name: 'time', parameters: { type: 'object', properties: {} } },
    ],
    toolChoice: { type: 'allowed', mode: 'auto', names: ['shell'] },
  },
  'an answer in a form, within limits': {
    messages: [say('user', text('Where?'))],
    format: { type: 'json-schema', name: 'place', schema: SCHEMA, strict: true },
    maxOutputTokens: 100,
    temperature: 0.2,
    topP: 0.9,
    stop: ['END'],
    endUser: 'user-1',
    verbosity: 'low',
    logprobs: { top: 2 },
  },
};

/** Fields that stand in a body of each dialect and have a meaning there only. */
const BODIES: { readonly [D in CallerDialect]: JsonObject } = {
  'openai-chat': { prompt_cache_key: 'k', prediction: { type: 'content', content: 'x' }, metadata: { team: 'red' } },
  'anthropic-messages': { top_k: 40, container: 'c_1', service_tier: 'auto', cache_control: { type: 'ephemeral' } },
  'openai-responses': {
    ...{ prompt_cache_key: 'k', truncation: 'auto', store: true, metadata: { team: 'red' } },
    include: ['reasoning.encrypted_content', 'file_search_call.results'],
  },
};

export interface GoldenCall {
  readonly name: string;
  readonly call: ChatCall;
}

/** Every scenario as a call in the dialect. A chat's own body is given to the vendor of that dialect, and is not translated. */
export function callsIn(dialect: CallerDialect): readonly GoldenCall[] {
  return Object.entries(SCENARIOS).map(([name, fields]) => ({
    name,
    call: {
      kind: 'chat',
      source: { dialect, body: BODIES[dialect] },
      messages: [],
      tools: [],
      choices: 1,
      stream: false,
      ...fields,
      ...(dialect === 'anthropic-messages' && { topK: 40 }),
    },
  }));
}
