import type { JsonObject } from '../../workflows/contracts/json.js';
import type { CallFacts, KeptFacts, RoundFacts, Violation } from './facts.js';

/** What is kept of a stored call is what the books say: its answer, what came of it, or that it failed. */
export function judgeStored({ calls, requests }: Pick<RoundFacts, 'calls' | 'requests'>): readonly Violation[] {
  return calls.flatMap((call) => {
    const { spec, kept } = call;
    if (spec.stored !== true) return [];
    const found = kept === undefined ? judgeForgotten(call) : judgeKept(call, kept, requests);
    return found.map((what) => ({ about: spec.tag, what: `stored: ${what}` }));
  });
}

/** Only of what nobody has the id of there may be nothing. */
function judgeForgotten({ seen }: CallFacts): readonly string[] {
  return seen.status === 200 ? ['nothing is kept of what was answered'] : [];
}

function judgeKept({ spec }: CallFacts, kept: KeptFacts, requests: RoundFacts['requests']): readonly string[] {
  const { found, continued, destroyed, gone, requestId } = kept;
  const request = requests.find(({ id }) => id === requestId);
  const status = request?.attempts.find(({ number }) => number === request.attempt)?.status;
  const isWhole = request?.state === 'settled' && status === 'answered';
  const expected = spec.expectedText ?? '';
  const text = textOf(found.body);
  return [
    ...(isWhole === isAnswer(found) ? [] : [`${found.status} of what is ${String(request?.state)}, ${String(status)}`]),
    ...(isWhole && text !== expected ? ['another text than the vendor sent'] : []),
    ...(!isWhole && !expected.startsWith(text) ? ['a part of another text'] : []),
    ...(continued === undefined ? [] : judgeContinued(continued, expected)),
    ...(destroyed === 200 ? [] : [`${destroyed} for its destruction`]),
    ...(gone === 404 ? [] : [`${gone} once it was destroyed`]),
  ];
}

/** What goes on from an answer has it before the model. */
function judgeContinued({ status, body, sent, expectedText }: NonNullable<KeptFacts['continued']>, earlier: string) {
  return [
    ...(status === 200 && textOf(body) === expectedText ? [] : [`${status} for what goes on from it`]),
    ...(sent.includes(JSON.stringify(earlier).slice(1, -1)) ? [] : ['what goes on from it was sent without it']),
  ];
}

/** A response that failed is told as such; a completion that did is an error. */
function isAnswer({ status, body }: KeptFacts['found']): boolean {
  return status === 200 && (body['object'] !== 'response' || body['status'] === 'completed');
}

interface Told {
  readonly choices?: readonly { readonly message?: { readonly content?: string | null } }[];
  readonly output?: readonly { readonly content?: readonly { readonly text?: string }[] }[];
}

function textOf(body: JsonObject): string {
  const { choices, output = [] } = body as Told;
  if (choices !== undefined) return choices[0]?.message?.content ?? '';
  return output.flatMap(({ content = [] }) => content.map(({ text = '' }) => text)).join('');
}
