import type { Caller } from './adapters.js';
import { SAMPLING } from './canonical-calls.js';
import type { SpokenCall, Turn } from './canonical-calls.js';

/** Something that a caller asked for: how a request shows that it was passed on, and by which names a warning tells that not. */
export interface Want {
  readonly what: string;
  readonly shown: RegExp | string;
  readonly told: RegExp;
}

/** Everything that a call asks for. Words and numbers are found by themselves, since no others of the request are like them. */
export function wantsOf(spoken: SpokenCall, caller: Caller): readonly Want[] {
  const { system, turns, tools = [], schemaField, reasons, samples } = spoken;
  const words = (what: string, said: string | undefined): readonly Want[] =>
    said === undefined ? [] : [{ what, shown: JSON.stringify(said).slice(1, -1), told: /^(messages|input)/ }];
  return [
    ...words('instructions', system),
    ...turns.flatMap((turn) => wantsOfTurn(turn, words)),
    ...tools.flatMap((name) => [
      { what: `tool ${name}`, shown: `"${name}"`, told: /^tools/ },
      { what: `description of ${name}`, shown: `description-of-${name}`, told: /^tools/ },
    ]),
    ...(schemaField === undefined ? [] : [{ what: 'schema', shown: schemaField, told: /format/ }]),
    ...(reasons ? [REASONING] : []),
    ...(samples ? samplingOf(caller) : []),
  ];
}

function wantsOfTurn(turn: Turn, words: (what: string, said: string | undefined) => readonly Want[]): readonly Want[] {
  switch (turn.who) {
    case 'user': {
      const image = turn.image === undefined ? [] : [{ what: 'image', shown: turn.image, told: /image/ }];
      return [...words('words of the user', turn.text), ...image];
    }
    case 'assistant':
      return [
        ...words('words of the assistant', turn.text),
        ...words('refusal', turn.refusal),
        // Arguments may be JSON, or a string that holds it.
        ...(turn.calls ?? []).flatMap(({ input }) =>
          Object.values(input).flatMap((value) => words('input', String(value))),
        ),
      ];
    case 'tools':
      return turn.results.flatMap(({ text }) => words('result', text));
  }
}

const REASONING: Want = {
  what: 'reasoning',
  shown: /"(reasoning_effort|effort|budget_tokens|thinkingBudget|thinkingLevel|reasoning_config|reasoningConfig)":/,
  told: /reasoning|thinking|effort/,
};

/** Each dialect has some of them. */
function samplingOf(caller: Caller): readonly Want[] {
  const { temperature, topP, stop, seed, presence, frequency } = SAMPLING;
  const all: readonly (Want & { readonly callers: readonly Caller[] })[] = [
    { what: 'temperature', shown: String(temperature), told: /^temperature$/, callers: EVERYONE },
    { what: 'top_p', shown: String(topP), told: /^top_p$/, callers: EVERYONE },
    { what: 'stop', shown: stop, told: /^stop/, callers: ['openai-chat', 'anthropic-messages'] },
    { what: 'seed', shown: String(seed), told: /^seed$/, callers: ['openai-chat'] },
    { what: 'presence_penalty', shown: String(presence), told: /^presence_penalty$/, callers: ['openai-chat'] },
    { what: 'frequency_penalty', shown: String(frequency), told: /^frequency_penalty$/, callers: ['openai-chat'] },
  ];
  return all.filter(({ callers }) => callers.includes(caller));
}

const EVERYONE: readonly Caller[] = ['openai-chat', 'openai-responses', 'anthropic-messages'];

export function isShown(body: string, { shown }: Want): boolean {
  return typeof shown === 'string' ? body.includes(shown) : shown.test(body);
}
