import type { ModelTraits } from './model-traits.js';
import type { ToolResult } from './to-google-result.js';
import type { Warnings } from '../../warnings.js';
import type { WireContent, WirePart, WireResult } from './wire.js';

/** A call of the model, and what has been found of its result. */
export interface CallRecord {
  readonly id: string;
  readonly name: string;
  readonly results: ToolResult[];
}

/** A user's turn may be empty: then it holds no more than the place of results. */
export type Turn =
  | { readonly role: 'user'; readonly parts: WirePart[] }
  | { readonly role: 'model'; readonly parts: WirePart[]; readonly calls: readonly CallRecord[] };

/**
 * The turns with the results of calls after them: "the number of function response parts is equal to the number of function
 * call parts of the function call turn", or the vendor refuses all.
 */
export function writeContents(turns: readonly Turn[], traits: ModelTraits, warnings: Warnings): readonly WireContent[] {
  const contents = joinAnswers(turns).flatMap((turn): readonly WireContent[] => {
    if (turn.parts.length === 0) return [];
    if (turn.role === 'user') return [{ role: 'user', parts: turn.parts }];
    const answer: WireContent = { role: 'model', parts: turn.parts };
    return turn.calls.length === 0 ? [answer] : [answer, toResultContent(turn.calls, traits, warnings)];
  });
  if (contents[0]?.role !== 'model') return contents;
  warnings.add('changed', 'messages', 'A short message of the user was put first: Google wants the user to begin.');
  return [{ role: 'user', parts: [{ text: '(start)' }] }, ...contents];
}

/** Answers that follow each other are one turn, whose results come after all of its calls. */
function joinAnswers(turns: readonly Turn[]): readonly Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role === 'model' && last?.role === 'model') {
      const [parts, calls] = [
        [...last.parts, ...turn.parts],
        [...last.calls, ...turn.calls],
      ];
      joined[joined.length - 1] = { role: 'model', parts, calls };
    } else {
      joined.push(turn);
    }
  }
  return joined;
}

function toResultContent(calls: readonly CallRecord[], traits: ModelTraits, warnings: Warnings): WireContent {
  const results = calls.map((call) => toWireResult(call, traits, warnings));
  // Older models take no media within a result, so that it stands beside it.
  const beside = traits.isThirdGeneration ? [] : calls.flatMap((call) => call.results.flatMap(({ media }) => media));
  return { role: 'user', parts: [...results, ...beside] };
}

function toWireResult({ id, name, results }: CallRecord, traits: ModelTraits, warnings: Warnings): WireResult {
  const [first, ...others] = results;
  if (first === undefined) {
    const detail = 'A tool call without a result was given one that says so: Google wants one for each.';
    warnings.add('changed', 'messages', detail);
    return { functionResponse: { id, name, response: { error: 'No result was given for this call.' } } };
  }
  const media = traits.isThirdGeneration ? results.flatMap((result) => result.media) : [];
  const response = others.length === 0 ? first.response : { output: results.map((result) => result.response) };
  return { functionResponse: { id, name, response, ...(media.length > 0 && { parts: media }) } };
}
