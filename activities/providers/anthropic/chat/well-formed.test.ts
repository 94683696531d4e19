import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatCall, Message, Part, Tool, ToolChoice } from '../../../../workflows/contracts/call.js';
import type { Json } from '../../../../workflows/contracts/json.js';
import { ProviderFailure } from '../../port.js';
import { modelTraits } from './model-traits.js';
import { HAIKU_3, OPUS_47, SONNET_45, translate } from './test-attempt.js';
import type { Block, MessagesBody, WireMessage } from './wire.js';

/** No schema of the Messages API is at hand, so its rules are written out here, in the words of its errors where known. */
const words = fc.constantFrom('', ' ', '\n', 'a', 'b ', 'hello', '水');
const id = fc.constantFrom('', 'a', 'b', 'a:b', 'call_1', '_x3a_', 'a_2');

const textPart = fc.record({ type: fc.constant('text' as const), text: words });
const image: fc.Arbitrary<Part> = fc.constant({
  type: 'image',
  source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' },
});
const reasoning: fc.Arbitrary<Part> = fc
  .record({
    text: words,
    vendor: fc.constantFrom('anthropic', 'openai'),
    signature: fc.constantFrom('s', undefined),
    redacted: fc.boolean(),
  })
  .map(({ signature, ...part }) => ({ type: 'reasoning', ...part, ...(signature !== undefined && { signature }) }));
const toolCall: fc.Arbitrary<Part> = fc.record({
  type: fc.constant('tool-call' as const),
  id,
  name: fc.constantFrom('f', 'g'),
  arguments: fc.constantFrom('', '{}', '{"a":1}', '[', 'null'),
});
const toolResult: fc.Arbitrary<Part> = fc.record({
  type: fc.constant('tool-result' as const),
  toolCallId: id,
  content: fc.array(fc.oneof(textPart, image), { maxLength: 2 }),
});
const refusal: fc.Arbitrary<Part> = fc.record({ type: fc.constant('refusal' as const), text: words });

/** Any part in any message: what callers send is held to less than what their schemas say. */
const anyPart = fc.oneof(
  { weight: 4, arbitrary: textPart },
  { weight: 3, arbitrary: toolCall },
  { weight: 3, arbitrary: toolResult },
  reasoning,
  image,
  refusal,
);
const message: fc.Arbitrary<Message> = fc.record({
  role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'),
  content: fc.array(anyPart, { maxLength: 4 }),
});

const tool: fc.Arbitrary<Tool> = fc.record({ type: fc.constant('function' as const), name: fc.constantFrom('f', 'g') });
const toolChoice: fc.Arbitrary<ToolChoice | undefined> = fc.constantFrom(
  undefined,
  { type: 'auto' },
  { type: 'none' },
  { type: 'required' },
  { type: 'tool', name: 'f' },
);

const fields: fc.Arbitrary<Partial<ChatCall>> = fc
  .record({
    messages: fc.array(message, { maxLength: 8 }),
    tools: fc.uniqueArray(tool, { maxLength: 2, selector: ({ name }) => name }),
    toolChoice,
    reasoningEffort: fc.constantFrom(undefined, 'none', 'low'),
    format: fc.constantFrom(undefined, { type: 'json-object' } as const),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const MODELS = [HAIKU_3, SONNET_45, OPUS_47];

/** What the vendor would refuse of a body. */
function problemsOf(body: MessagesBody): readonly string[] {
  const { messages } = body;
  const ids = messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
  );
  return [
    ...(messages.length === 0 ? ['at least one message is required'] : []),
    ...(messages[0]?.role === 'user' ? [] : ['first message must use the user role']),
    ...(new Set(ids).size === ids.length ? [] : ['tool_use ids must be unique']),
    ...(ids.length > 0 && body.tools === undefined ? ['requests with tool_use must define tools'] : []),
    ...(body.tool_choice !== undefined && body.tools === undefined ? ['tool_choice without tools'] : []),
    ...(body.system?.some(({ text }) => text.trim() === '') === true ? ['system text must not be empty'] : []),
    ...messages.flatMap((current, index) => messageProblems(current, messages[index - 1], messages[index + 1])),
    ...endProblems(body, messages.at(-1)),
  ];
}

function messageProblems(
  current: WireMessage,
  before: WireMessage | undefined,
  after: WireMessage | undefined,
): readonly string[] {
  const { role, content } = current;
  const calls = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const results = content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const asked = (before?.content ?? []).flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const firstOther = content.findIndex(({ type }) => type !== 'tool_result');
  return [
    ...(content.length === 0 ? ['messages must have content'] : []),
    ...(before?.role === role ? ['roles must alternate'] : []),
    ...content.flatMap((block) => blockProblems(block, role)),
    ...(calls.length > 0 && after === undefined ? ['tool_use without tool_result'] : []),
    ...(JSON.stringify([...results].sort()) === JSON.stringify([...asked].sort())
      ? []
      : ['tool_results must answer the tool_uses before']),
    ...(firstOther >= 0 && firstOther < results.length ? ['tool_results must come first'] : []),
    ...(role === 'assistant' && /thinking/.test(content.at(-1)?.type ?? '') ? ['final block cannot be thinking'] : []),
  ];
}

function blockProblems(block: Block, role: WireMessage['role']): readonly string[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? ['text must contain non-whitespace'] : [];
    case 'tool_use': {
      const input: Json = block.input;
      const isObject = typeof input === 'object' && !Array.isArray(input);
      return [
        ...(role === 'assistant' && isObject ? [] : ['tool_use out of place']),
        ...(/^[a-zA-Z0-9_-]+$/.test(block.id) ? [] : ['tool_use.id does not match']),
      ];
    }
    case 'tool_result':
      return [
        ...(role === 'user' ? [] : ['tool_result out of place']),
        ...(block.content ?? []).flatMap((inner) => blockProblems(inner, 'user')),
      ];
    case 'thinking':
    case 'redacted_thinking':
      return role === 'assistant' ? [] : ['thinking out of place'];
    case 'image':
    case 'document':
      return role === 'user' ? [] : ['media out of place'];
  }
}

function endProblems({ model, thinking }: MessagesBody, last: WireMessage | undefined): readonly string[] {
  if (last?.role !== 'assistant') return [];
  const end = last.content.at(-1);
  const mayGoOn = modelTraits(model).prefill && thinking?.type !== 'enabled';
  return [
    ...(mayGoOn ? [] : ['the conversation must end with a user message']),
    ...(end?.type === 'text' && end.text !== end.text.trimEnd() ? ['cannot end with trailing whitespace'] : []),
  ];
}

/** Whether a call holds anything that could be sent: text with words, media, or a call. */
function saysSomething(messages: readonly Message[] | undefined): boolean {
  return (messages ?? []).some(({ role, content }) =>
    content.some((part) => part.type === 'text' && part.text.trim() !== '' && role !== 'tool'),
  );
}

describe('any sequence of messages', () => {
  it('becomes a body that the vendor takes, or is refused', () => {
    let refused = 0;
    let sent = 0;
    const property = fc.property(fields, fc.constantFrom(...MODELS), (call, model) => {
      let body: MessagesBody;
      try {
        ({ body } = translate(call, model));
      } catch (error) {
        refused += 1;
        expect(error).toBeInstanceOf(ProviderFailure);
        expect(error).toMatchObject({ failure: { class: 'invalid_request' } });
        expect(saysSomething(call.messages)).toBe(false);
        return;
      }
      sent += 1;
      expect(problemsOf(body)).toEqual([]);
    });
    fc.assert(property, { numRuns: 3000, seed: 20260101 });
    expect(sent).toBeGreaterThan(2000);
    expect(refused).toBeGreaterThan(0);
  });

  it('loses no words that it does not tell of', () => {
    const property = fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
      const said = messages.flatMap(({ role, content }) =>
        content.flatMap((part) =>
          part.type === 'text' && part.text.trim() !== '' && role !== 'tool' ? [part.text.trim()] : [],
        ),
      );
      if (said.length === 0) return;
      const { body } = translate({ messages });
      const sent = [...(body.system ?? []), ...body.messages.flatMap(({ content }) => content)];
      const kept = sent.flatMap((block) => (block.type === 'text' ? [block.text.trim()] : []));
      for (const part of new Set(said)) {
        const count = (texts: readonly string[]) => texts.filter((candidate) => candidate === part).length;
        expect(count(kept)).toBeGreaterThanOrEqual(count(said));
      }
    });
    fc.assert(property, { numRuns: 1000, seed: 20260102 });
  });
});

describe('the rules', () => {
  const user: WireMessage = { role: 'user', content: [{ type: 'text', text: 'a' }] };
  const call: WireMessage = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] };
  const base = { model: SONNET_45, max_tokens: 1, stream: false };

  it.each<readonly [string, readonly WireMessage[]]>([
    ['at least one message is required', []],
    ['first message must use the user role', [call]],
    ['roles must alternate', [user, user]],
    ['tool_results must answer the tool_uses before', [user, call, user]],
    ['tool_use without tool_result', [user, call]],
    ['text must contain non-whitespace', [{ role: 'user', content: [{ type: 'text', text: ' ' }] }]],
  ])('find that %s', (problem, messages) => {
    expect(problemsOf({ ...base, messages })).toContain(problem);
  });
});
