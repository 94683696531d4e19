import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { toFinishReason } from './finish-reason.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { readCitations } from './read-grounding.js';
import { readLogprobs } from './read-logprobs.js';
import { CUSTOM_TOOL_ARGUMENT } from '../../tool-input.js';
import type { Reading } from './reading.js';
import { EMPTY_TEXT, SIGNED_VENDOR, TEXT_BEFORE, THOUGHT } from './signatures.js';

/** What has been read of one candidate: enough to number its blocks. */
export interface CandidateState {
  readonly nextBlock: number;
  /** The run of text or thoughts that the next piece of the same kind continues. */
  readonly run?: { readonly type: 'text' | 'thought'; readonly block: number };
  /** The latest run of text, which citations and log probabilities are of. */
  readonly textBlock?: number;
  readonly calls: number;
  readonly finished: boolean;
}

export const NEW_CANDIDATE: CandidateState = { nextBlock: 0, calls: 0, finished: false };

/** Where the candidate stands, and how it is to be read. */
export interface CandidatePlace {
  readonly choice: number;
  readonly reading: Reading;
  /** The answer's own id, where it has one: it makes the ids of calls that have none differ from those of other answers. */
  readonly responseId?: string | undefined;
}

type Step = readonly [CandidateState, readonly AnswerEvent[]];

/** One entry of `candidates`, of a chunk or of a whole answer. */
export function readCandidate(state: CandidateState, candidate: JsonObject, place: CandidatePlace): Step {
  let current = state;
  const events: AnswerEvent[] = [];
  const take = ([next, found]: Step): void => {
    current = next;
    events.push(...found);
  };
  for (const part of asObjects(asObject(candidate['content'])?.['parts'])) take(readPart(current, part, place));
  take(readDetails(current, candidate, place.choice));
  take(readFinish(current, asText(candidate['finishReason']), place.choice));
  return [current, events];
}

function readPart(state: CandidateState, part: JsonObject, place: CandidatePlace): Step {
  const call = asObject(part['functionCall']);
  const signature = asText(part['thoughtSignature']);
  const name = asText(call?.['name']);
  if (call !== undefined && name !== undefined) return readCall(state, { ...call, name }, signature, place);
  if (typeof part['text'] === 'string')
    return readText(state, part['text'], part['thought'] === true, signature, place);
  return [state, tellOfOther(part)];
}

function readText(
  state: CandidateState,
  text: string,
  isThought: boolean,
  signature: string | undefined,
  { choice }: CandidatePlace,
): Step {
  const [written, events] = text === '' ? ([state, []] as const) : write(state, text, isThought, choice);
  if (signature === undefined) return [written, events];
  // The proof of a thought covers its text, and goes back with it.
  if (isThought && written.run !== undefined) {
    const { run, ...rest } = written;
    const proof = { type: 'reasoning-delta', choice, block: run.block, text: '', vendor: SIGNED_VENDOR } as const;
    return [rest, [...events, { ...proof, id: THOUGHT, signature }]];
  }
  const [signed, proof] = sign(written, text === '' ? EMPTY_TEXT : TEXT_BEFORE, signature, choice);
  return [signed, [...events, ...proof]];
}

function write(state: CandidateState, text: string, isThought: boolean, choice: number): Step {
  const type = isThought ? 'thought' : 'text';
  const going = state.run?.type === type ? state.run : undefined;
  const block = going?.block ?? state.nextBlock;
  const next: CandidateState = {
    ...state,
    run: { type, block },
    nextBlock: going === undefined ? block + 1 : state.nextBlock,
    ...(!isThought && { textBlock: block }),
  };
  const event: AnswerEvent = isThought
    ? { type: 'reasoning-delta', choice, block, text, vendor: SIGNED_VENDOR }
    : { type: 'text-delta', choice, block, text };
  return [next, [event]];
}

/** A signature is a block of its own, so that it finds its way through any caller's dialect. */
function sign(state: CandidateState, id: string, signature: string, choice: number): Step {
  const { run: _ended, ...rest } = state;
  const block = state.nextBlock;
  return [
    { ...rest, nextBlock: block + 1 },
    [{ type: 'reasoning-delta', choice, block, text: '', id, vendor: SIGNED_VENDOR, signature }],
  ];
}

function readCall(
  state: CandidateState,
  call: JsonObject & { readonly name: string },
  signature: string | undefined,
  { choice, reading, responseId }: CandidatePlace,
): Step {
  const { name } = call;
  const id = asText(call['id']) ?? callId(responseId ?? reading.callPrefix, choice, state.calls);
  const [signed, proof] = signature === undefined ? ([state, []] as const) : sign(state, id, signature, choice);
  const block = signed.nextBlock;
  const custom = reading.customTools.has(name);
  const written = writeArguments(call['args'], custom);
  const { run: _ended, ...rest } = signed;
  return [
    { ...rest, nextBlock: block + 1, calls: state.calls + 1 },
    [
      ...proof,
      { type: 'tool-call-start', choice, block, id, name, ...(custom && { custom }) },
      ...(written === '' ? [] : [{ type: 'tool-call-delta' as const, choice, block, arguments: written }]),
    ],
  ];
}

/** Callers answer a call by its id; some of them take only letters, digits and `_-` of it, at most 64. */
function callId(answer: string, choice: number, index: number): string {
  return `call_${answer.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 48)}_${choice}_${index}`;
}

function writeArguments(args: Json | undefined, custom: boolean): string {
  const fields = asObject(args) ?? {};
  const text = fields[CUSTOM_TOOL_ARGUMENT];
  return custom && typeof text === 'string' ? text : JSON.stringify(fields);
}

/** Tools that run at the vendor, pictures and calls in pieces are never asked for; should one come, the caller is told. */
function tellOfOther(part: JsonObject): readonly AnswerEvent[] {
  const name = Object.keys(part).find((field) => field !== 'thought' && field !== 'thoughtSignature');
  if (name === undefined) return [];
  const detail = `A part of kind ${/^[A-Za-z]{1,40}$/.test(name) ? name : 'unknown'} has no form here; it was left out.`;
  return [{ type: 'warning', warning: { type: 'unsupported', feature: 'content', detail } }];
}

function readDetails(state: CandidateState, candidate: JsonObject, choice: number): Step {
  const tokens = readLogprobs(asObject(candidate['logprobsResult']));
  const citations = readCitations(candidate);
  if (tokens.length === 0 && citations.length === 0) return [state, []];
  const block = state.textBlock ?? state.nextBlock;
  const isNew = state.textBlock === undefined;
  const next = isNew
    ? { ...state, textBlock: block, nextBlock: block + 1, run: { type: 'text' as const, block } }
    : state;
  return [
    next,
    [
      ...(tokens.length > 0 ? [{ type: 'logprobs' as const, choice, block, tokens }] : []),
      ...citations.map((citation) => ({ type: 'citation' as const, choice, block, citation })),
    ],
  ];
}

function readFinish(state: CandidateState, raw: string | undefined, choice: number): Step {
  if (raw === undefined || raw === 'FINISH_REASON_UNSPECIFIED' || state.finished) return [state, []];
  const reason = toFinishReason(raw, state.calls > 0);
  return [{ ...state, finished: true }, [{ type: 'finish', choice, reason }]];
}
