import type { Mode } from './options.js';

/** The answer's pieces, one a streamed chunk. */
export const pieces: readonly string[] = [
  ...['A durable ', 'request is ', 'one that ', 'a crash ', 'cannot lose ', 'or charge ', 'twice: its ', 'steps are '],
  ...[
    'recorded as ',
    'they happen, ',
    'so that ',
    'another process ',
    'goes on ',
    'where the ',
    'first one ',
    'died, and ',
  ],
  ...['the books ', 'balance at ', 'its ', 'end.'],
];
export const answerText = pieces.join('');

const vendorModel = 'gpt-4o-mini';

/** A short chat, as most are; the same bytes to everybody, but for the name that the gateway gives the model. */
export function chatBody(mode: Mode, model: string = vendorModel): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant. Answer in one sentence.' },
      { role: 'user', content: 'What does it mean that a request to a model is durable, and why would I want that?' },
    ],
    max_tokens: 256,
    ...(mode === 'stream' && { stream: true, stream_options: { include_usage: true } }),
  });
}

const usage = { prompt_tokens: 37, completion_tokens: 40, total_tokens: 77 };
const common = { id: 'chatcmpl-bench', created: 1_767_225_600, model: 'gpt-4o-mini-2024-07-18' };

export function vendorAnswer(): string {
  const message = { role: 'assistant', content: answerText, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return JSON.stringify({ ...common, object: 'chat.completion', choices, usage });
}

/** The events of a streamed answer: the role, the pieces, the finish, the usage, the end marker. */
export function vendorEvents(): readonly string[] {
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...common,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
  });
  const chunks = [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...pieces.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    { ...common, object: 'chat.completion.chunk', choices: [], usage },
  ];
  return [...chunks.map((data) => `data: ${JSON.stringify(data)}\n\n`), 'data: [DONE]\n\n'];
}
