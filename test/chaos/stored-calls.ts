import { fakeMarker } from '../fake-vendor/instructions.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import type { CallSpec } from './caller.js';
import type { VendorPart } from './mixed-calls.js';

/** Where answers are kept: the key of a project that does, and a response of it that others go on from. */
export interface Storing {
  readonly apiKey: string;
  readonly previous: string;
}

/** Four requests without a key whose answers are kept: chats that ask for it, and responses that go on from one; plain and streamed. */
export function storedCalls(round: string, part: VendorPart, storing: Storing): readonly CallSpec[] {
  return (['chat', 'responses'] as const).flatMap((dialect) =>
    [false, true].map((stream) => {
      const tag = `${round}-stored-${dialect}${stream ? '-s' : '-p'}`;
      const question = `What does the river say to ${tag}?`;
      const prompt = `${question} ${fakeMarker([stream ? part.stream : part.plain, part.again ?? { behaviour: 'answer' }])}`;
      const form = dialect === 'chat' ? chatOf(prompt, stream) : responseOf(prompt, storing.previous);
      return {
        ...{ tag, stream, fallback: false, stored: true, apiKey: storing.apiKey, path: form.path },
        expectedText: fakeAnswerText(question),
        // By its labels an answer is found whose caller was cut off before it had an id.
        body: { ...form.body, metadata: { tag }, ...(stream && { stream: true }) },
      };
    }),
  );
}

const chatOf = (prompt: string, stream: boolean) => ({
  path: '/v1/chat/completions' as const,
  body: {
    ...{ model: 'openai/gpt-4o-mini', store: true, max_tokens: 24, messages: [{ role: 'user', content: prompt }] },
    ...(stream && { stream_options: { include_usage: true } }),
  },
});

const responseOf = (prompt: string, previous: string) => ({
  path: '/v1/responses' as const,
  body: {
    ...{ model: 'anthropic/claude-haiku-4-5', max_output_tokens: 24, input: prompt },
    previous_response_id: previous,
  },
});
