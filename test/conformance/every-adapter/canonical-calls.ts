import type { JsonObject } from '../../../workflows/contracts/json.js';

export interface SpokenToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

export type Turn =
  | { readonly who: 'user'; readonly text: string; readonly image?: string }
  | {
      readonly who: 'assistant';
      readonly text?: string;
      readonly refusal?: string;
      readonly calls?: readonly SpokenToolCall[];
    }
  | { readonly who: 'tools'; readonly results: readonly { readonly id: string; readonly text: string }[] };

/** A call that can be made in every dialect of the gateway. Its words and numbers are found again in what is sent. */
export interface SpokenCall {
  readonly system?: string;
  readonly turns: readonly Turn[];
  readonly tools?: readonly string[];
  /** The name of the only field of the answer. */
  readonly schemaField?: string;
  readonly reasons?: true;
  readonly samples?: true;
}

export const SAMPLING = {
  temperature: 0.35,
  topP: 0.85,
  stop: 'STOPWORD',
  seed: 774_411,
  presence: 0.15,
  frequency: 0.25,
};

/** A pixel. */
export const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const user = (text: string): Turn => ({ who: 'user', text });
const TOOLS = ['get_weather', 'get_time'];

/** About 100 kB, with signs of one to four bytes and those that JSON escapes. */
const LONG = `begin-long ${'Zeile "ä"\\ 世 🙂\n'.repeat(5000)}end-long`;

export const CALLS: { readonly [name: string]: SpokenCall } = {
  plain: { turns: [user('plain-question')] },
  'system and several turns': {
    system: 'system-words',
    turns: [user('first-question'), { who: 'assistant', text: 'first-answer' }, user('second-question')],
  },
  tools: { turns: [user('tools-question')], tools: TOOLS },
  'parallel tools with results': {
    system: 'system-words',
    tools: TOOLS,
    turns: [
      user('weather-question'),
      {
        who: 'assistant',
        text: 'let-me-look',
        calls: [
          { id: 'call_paris_01', name: 'get_weather', input: { place: 'Paris-1' } },
          { id: 'call_rome_02', name: 'get_weather', input: { place: 'Rome-2' } },
          { id: 'call_time_03', name: 'get_time', input: { place: 'Oslo-3' } },
        ],
      },
      {
        who: 'tools',
        // In another order than the calls.
        results: [
          { id: 'call_rome_02', text: 'rome-is-warm' },
          { id: 'call_paris_01', text: 'paris-is-wet' },
          { id: 'call_time_03', text: 'oslo-is-late' },
        ],
      },
    ],
  },
  image: { turns: [{ who: 'user', text: 'image-question', image: IMAGE }] },
  structured: { turns: [user('structured-question')], schemaField: 'capital_of_place' },
  'structured with tools': { turns: [user('structured-question')], tools: TOOLS, schemaField: 'capital_of_place' },
  reasoning: { turns: [user('reasoning-question')], reasons: true },
  sampling: { turns: [user('sampling-question')], samples: true },
  long: { turns: [user(LONG)] },
  'after a refusal': {
    turns: [user('bad-question'), { who: 'assistant', refusal: 'that-I-will-not' }, user('better-question')],
  },
};
