import type { AnswerEvent } from '../../../workflows/contracts/answer.js';
import type { UnitCounts } from '../../../workflows/contracts/usage.js';
import type { Adapter, Wire } from './adapters.js';

export interface AnsweredCall {
  readonly id: string;
  readonly name: string;
  /** Pieces of its arguments, which together are JSON. */
  readonly written: readonly string[];
}

/** An answer that every vendor can give; its words come in these pieces. */
export interface SpokenAnswer {
  readonly reasoning?: readonly string[];
  readonly text?: readonly string[];
  readonly refusal?: readonly string[];
  readonly calls?: readonly AnsweredCall[];
  readonly end: 'stop' | 'length' | 'tool-calls' | 'filtered' | 'refused';
  /** The formats that can say it; absent where all can. */
  readonly wires?: readonly Wire[];
}

/** Tokens that each answer reports: the cached ones are among the input's, those of reasoning among the output's. */
export const TOKENS = { input: 20, cached: 5, output: 12, reasoning: 4 };

export const ANSWERS: { readonly [name: string]: SpokenAnswer } = {
  text: { text: ['Grüße', ' aus 世界', ' 🙂.'], end: 'stop' },
  'parallel calls': {
    text: ['I look.'],
    calls: [
      { id: 'call_a', name: 'get_weather', written: ['{"place":', '"Zürich"}'] },
      { id: 'call_b', name: 'get_time', written: ['{"place":"東', '京"}'] },
    ],
    end: 'tool-calls',
  },
  reasoning: { reasoning: ['First ', 'this.'], text: ['Then ', 'that.'], end: 'stop' },
  length: { text: ['It goes', ' on and'], end: 'length' },
  filtered: { text: ['It begins'], end: 'filtered' },
  refusal: { refusal: ['I will', ' not.'], end: 'refused', wires: ['openai-chat', 'openai-responses', 'anthropic'] },
};

/** What a caller is told, by whichever vendor. */
export interface Told {
  readonly reasoning: string;
  readonly text: string;
  readonly refusal: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly finishes: readonly string[];
  readonly units: UnitCounts | undefined;
}

const joined = (pieces: readonly string[] = []): string => pieces.join('');

/** The one table of what is to be told, with what a format cannot say otherwise. */
export function expectedOf(answer: SpokenAnswer, { wire, answers }: Adapter): Told {
  const { cached, reasoning } = TOKENS;
  const reasons = answer.reasoning !== undefined && answers.tellsReasoning;
  const finish = answer.end === 'filtered' || answer.end === 'refused' ? endedBadly(answer.end, wire) : answer.end;
  return {
    reasoning: joined(answer.reasoning),
    text: joined(answer.text),
    refusal: joined(answer.refusal),
    calls: (answer.calls ?? []).map(({ name, written }) => ({ name, input: JSON.parse(joined(written)) as unknown })),
    finishes: [finish],
    units: {
      ...{ input: TOKENS.input - cached, input_cached_read: cached },
      ...(reasons ? { output: TOKENS.output - reasoning, output_reasoning: reasoning } : { output: TOKENS.output }),
    },
  };
}

/** Anthropic has one word for both; OpenAI's refusals end as any other answer does. */
function endedBadly(end: 'filtered' | 'refused', wire: Wire): string {
  if (wire === 'anthropic') return 'refusal';
  return end === 'filtered' ? 'content-filter' : 'stop';
}

export function toldBy(events: readonly AnswerEvent[]): Told {
  const said = (type: 'text-delta' | 'reasoning-delta' | 'refusal-delta'): string =>
    events.map((event) => (event.type === type ? event.text : '')).join('');
  return {
    reasoning: said('reasoning-delta'),
    text: said('text-delta'),
    refusal: said('refusal-delta'),
    calls: events.flatMap((event) =>
      event.type === 'tool-call-start' ? [{ name: event.name, input: inputOf(events, event.block) }] : [],
    ),
    finishes: events.flatMap((event) => (event.type === 'finish' ? [event.reason.unified] : [])),
    units: events.findLast((event) => event.type === 'usage')?.usage.units,
  };
}

function inputOf(events: readonly AnswerEvent[], block: number): unknown {
  const written = events.map((event) =>
    event.type === 'tool-call-delta' && event.block === block ? event.arguments : '',
  );
  return JSON.parse(written.join('')) as unknown;
}

export function callIdsOf(events: readonly AnswerEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []));
}
