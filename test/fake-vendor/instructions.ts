import type { Json } from '../../workflows/contracts/json.js';
import type { Behaviour } from './behaviours.js';
import { parseBehaviour } from './behaviours.js';

const marker = /\[\[fake:([\s\S]*?[}\]])\]\](?!\])/g;
const inModelName = /fake:([a-z-]+)(?:\?(\S*))?$/;

/** A marker's text in a prompt: `[[fake:{…}]]`; a list is for the requests with this prompt in turn, at each vendor. */
export const fakeMarker = (behaviour: Behaviour | readonly Behaviour[]): string =>
  `[[fake:${JSON.stringify(behaviour)}]]`;

/** The prompt as the answer's text follows from it. */
export const withoutMarkers = (text: string): string => text.replaceAll(marker, '').trim();

/** The behaviours that a prompt or a model's name asks for, in the order of the requests that they are for. */
export const instructionsIn = (
  model: string,
  userText: string,
): { readonly behaviours: readonly Behaviour[]; readonly inTurn: boolean } => {
  const named = inModelName.exec(model);
  if (named !== null) return { behaviours: [fromName(named[1] ?? '', named[2] ?? '')], inTurn: false };
  const found = [...`${model} ${userText}`.matchAll(marker)].at(-1);
  if (found === undefined) return { behaviours: [], inTurn: false };
  const value = parseMarker(found[1] ?? '');
  return Array.isArray(value)
    ? { behaviours: (value as readonly Json[]).map(parseBehaviour), inTurn: true }
    : { behaviours: [parseBehaviour(value)], inTurn: false };
};

const parseMarker = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error(`fake vendor: the marker is not JSON: ${text}`);
  }
};

/** `fake:stall?afterBytes=120` in place of JSON, because a model's name takes no braces. */
const fromName = (behaviour: string, query: string): Behaviour => {
  const options = [...new URLSearchParams(query)].map(([name, value]) => [name, numberOrText(value)] as const);
  return parseBehaviour({ behaviour, ...Object.fromEntries(options) });
};

const numberOrText = (value: string): string | number => (/^-?\d+$/.test(value) ? Number(value) : value);
