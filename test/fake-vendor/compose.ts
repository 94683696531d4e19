import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import type { Behaviour } from './behaviours.js';
import { withoutMarkers } from './instructions.js';
import { exampleOf } from './schema-example.js';
import { lettersFrom } from './seeded.js';
import { answerWords, inPieces, ordinaryChunks } from './words.js';

export interface AnsweredCall {
  readonly id: string;
  readonly name: string;
  /** The pieces that the arguments' text arrives in. */
  readonly arguments: readonly string[];
}

export interface AnswerChoice {
  readonly reasoning: readonly string[];
  readonly text: readonly string[];
  readonly refused: boolean;
  readonly toolCalls: readonly AnsweredCall[];
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'refusal';
}

/** An answer before it takes a vendor's form. */
export interface Answer {
  readonly id: string;
  readonly createdAtSeconds: number;
  readonly choices: readonly AnswerChoice[];
  readonly inputTokens: number;
  /** Reasoning included. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
  /** Fields laid over the usage object, or none of it. */
  readonly usage?: JsonObject | 'missing';
  readonly pictures: number;
  readonly pictureUsage?: 'missing';
}

/** `huge` is this many tokens, where the request's cap lets it. */
const hugeChunks = 100_000;

export interface AnswerIdentity {
  readonly requestId: string;
  readonly createdAtSeconds: number;
}

export const composeAnswer = (ask: Ask, behaviour: Behaviour, identity: AnswerIdentity): Answer => {
  const choices = Array.from({ length: ask.choices }, (_, index) => composeChoice(ask, behaviour, identity, index));
  const count = (pick: (choice: AnswerChoice) => number) => choices.reduce((sum, choice) => sum + pick(choice), 0);
  const reasoningTokens = count((choice) => choice.reasoning.length);
  return {
    id: identity.requestId,
    createdAtSeconds: identity.createdAtSeconds,
    choices,
    inputTokens: ask.inputTokens,
    outputTokens: reasoningTokens + count((choice) => choice.text.length + argumentPieces(choice)),
    reasoningTokens,
    cachedTokens: Math.min(behaviour.cachedTokens ?? 0, ask.inputTokens),
    cacheWriteTokens: behaviour.cacheWriteTokens ?? 0,
    usage: behaviour.behaviour === 'missing-usage' ? 'missing' : behaviour.usage,
    pictures: behaviour.pictures ?? 0,
    pictureUsage: behaviour.pictureUsage,
  };
};

const argumentPieces = (choice: AnswerChoice): number =>
  choice.toolCalls.reduce((sum, call) => sum + call.arguments.length, 0);

/** What would be said without a cap, cut where the cap runs out: reasoning first, then text, then tool calls. */
const composeChoice = (ask: Ask, behaviour: Behaviour, identity: AnswerIdentity, index: number): AnswerChoice => {
  const calls = composeCalls(ask, behaviour, identity, index);
  const wanted = { reasoning: reasoningOf(ask, behaviour), text: composeText(ask, behaviour, calls.length > 0, index) };
  const cap = behaviour.ignoreMaxTokens === true ? Infinity : (ask.maxTokens ?? Infinity);
  const reasoning = wanted.reasoning.slice(0, cap);
  const text = wanted.text.slice(0, cap - reasoning.length);
  const toolCalls = capCalls(calls, cap - reasoning.length - text.length);
  const choice = { reasoning, text, toolCalls, refused: behaviour.refusal === true };
  const short = reasoning.length < wanted.reasoning.length || text.length < wanted.text.length;
  const cut =
    short || argumentPieces({ ...choice, finish: 'stop' }) < calls.reduce((n, call) => n + call.arguments.length, 0);
  return { ...choice, finish: finishOf(cut, choice.refused, toolCalls.length > 0) };
};

const finishOf = (cut: boolean, refused: boolean, calls: boolean): AnswerChoice['finish'] => {
  if (cut) return 'length';
  if (refused) return 'refusal';
  return calls ? 'tool-calls' : 'stop';
};

const reasoningOf = (ask: Ask, behaviour: Behaviour): readonly string[] =>
  answerWords(`reasoning: ${withoutMarkers(ask.lastUserText)}`, behaviour.reasoning ?? 0);

const composeText = (ask: Ask, behaviour: Behaviour, withCalls: boolean, index: number): readonly string[] => {
  if (behaviour.text !== undefined) return inPieces(behaviour.text, 5);
  if (withCalls) return [];
  if (ask.toolResults.length > 0) return inPieces(`The tools said: ${ask.toolResults.join('; ')}`, 5);
  if (ask.schema !== undefined) return inPieces(JSON.stringify(exampleOf(ask.schema)), 5);
  const ordinary = behaviour.behaviour === 'huge' ? hugeChunks : ordinaryChunks;
  return answerWords(withoutMarkers(ask.lastUserText), behaviour.chunks ?? ordinary, index);
};

const composeCalls = (
  ask: Ask,
  behaviour: Behaviour,
  identity: AnswerIdentity,
  choice: number,
): readonly AnsweredCall[] => {
  const named = typeof ask.forcedTool === 'string' ? ask.forcedTool : behaviour.tool;
  const offered = named === undefined ? ask.tools : ask.tools.filter((tool) => tool.name === named);
  const asked = ask.forcedTool === undefined && ask.toolResults.length > 0 ? 0 : (behaviour.toolCalls ?? 0);
  const wanted = Math.max(asked, ask.forcedTool === undefined ? 0 : 1);
  const count = ask.parallelToolCalls ? wanted : Math.min(wanted, 1);
  if (offered.length === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    const tool = offered[index % offered.length] ?? { name: '', parameters: {} };
    const text = behaviour.toolArguments ?? JSON.stringify(exampleOf(tool.parameters));
    const id = lettersFrom(`${identity.requestId}:${choice}:${index}`, 22);
    return { id, name: tool.name, arguments: inPieces(text, 5) };
  });
};

const capCalls = (calls: readonly AnsweredCall[], cap: number): readonly AnsweredCall[] => {
  let left = cap;
  const kept = calls.map((call) => {
    const pieces = call.arguments.slice(0, Math.max(left, 0));
    left -= call.arguments.length;
    return { ...call, arguments: pieces };
  });
  return kept.filter((call, index) => call.arguments.length > 0 || calls[index]?.arguments.length === 0);
};
