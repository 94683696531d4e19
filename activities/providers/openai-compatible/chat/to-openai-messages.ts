import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Message, Part } from '../../../../workflows/contracts/call.js';
import type { OpenAiCompatibleProfile } from './profile.js';
import { toTextContent, toToolCall, toUserPart } from './to-openai-parts.js';
import type { WireMessage, WirePart } from './wire.js';

export interface Translated<T> {
  readonly value: T;
  readonly warnings: readonly Warning[];
}

type Of<T extends Part['type']> = Extract<Part, { type: T }>;
type Media = Of<'image' | 'file' | 'audio' | 'video'>;

/** The conversation in OpenAI's form, from messages of any dialect. */
export function toOpenAiMessages(
  messages: readonly Message[],
  profile: OpenAiCompatibleProfile,
): Translated<readonly WireMessage[]> {
  const translated = inRuns(messages).map((run) => toWire(run, profile));
  return {
    value: translated.flatMap(({ value }) => value),
    // One warning for each kind of loss says enough, however many messages had it.
    warnings: distinct(translated.flatMap(({ warnings }) => warnings)),
  };
}

/** Messages with tool results in a row are one run, because nothing may stand between the answers to one set of calls. */
function inRuns(messages: readonly Message[]): readonly (readonly Message[])[] {
  const runs: Message[][] = [];
  for (const message of messages) {
    const before = runs.at(-1);
    if (before && hasResult(message) && hasResult(before[0])) before.push(message);
    else runs.push([message]);
  }
  return runs;
}

function hasResult(message: Message | undefined): boolean {
  return message?.content.some((part) => part.type === 'tool-result') ?? false;
}

function toWire(run: readonly Message[], profile: OpenAiCompatibleProfile): Translated<readonly WireMessage[]> {
  const [message] = run;
  if (message === undefined) return { value: [], warnings: [] };
  if (hasResult(message)) return toResults(run, profile);
  switch (message.role) {
    case 'system':
    case 'developer':
      return toInstructions(message, profile);
    case 'assistant':
      return toAssistant(message, profile);
    case 'user':
    case 'tool':
      return { value: toUser(message.content, message.name, profile), warnings: lossesOf(message.content) };
  }
}

function toInstructions(message: Message, profile: OpenAiCompatibleProfile): Translated<readonly WireMessage[]> {
  const role = message.role === 'developer' && profile.knowsDeveloperRole ? 'developer' : 'system';
  const texts = ofType(message.content, 'text').map(({ text }) => text);
  const others = message.content.length - texts.length;
  const warnings = others === 0 ? [] : [ignored('messages', 'Only the text of instructions is sent.')];
  return { value: [{ role, ...named(message.name), content: toTextContent(texts) }], warnings };
}

function toAssistant(message: Message, profile: OpenAiCompatibleProfile): Translated<readonly WireMessage[]> {
  const reasoning = ofType(message.content, 'reasoning').filter((part) => isTakenBack(part, profile));
  const texts = ofType(message.content, 'text').map(({ text }) => text);
  const refusals = ofType(message.content, 'refusal').map(({ text }) => text);
  const calls = ofType(message.content, 'tool-call').map(toToolCall);
  const wire: WireMessage = {
    role: 'assistant',
    ...named(message.name),
    content: texts.length === 0 && (calls.length > 0 || refusals.length > 0) ? null : toTextContent(texts),
    ...(refusals.length > 0 && { refusal: refusals.join('') }),
    ...(reasoning.length > 0 && { reasoning_content: reasoning.map(({ text }) => text).join('') }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const others = message.content.filter((part) => part.type !== 'reasoning' || !reasoning.includes(part));
  const media =
    mediaOf(message.content).length > 0 ? [ignored('messages', 'Media that a model made is not sent.')] : [];
  return { value: [wire], warnings: [...lossesOf(others), ...media] };
}

/** Reasoning that its vendor wants back as plain text. What another maker has proved is nobody else's to read. */
function isTakenBack({ vendor, text, redacted }: Of<'reasoning'>, profile: OpenAiCompatibleProfile): boolean {
  return profile.takesReasoning && redacted !== true && text !== '' && (vendor === undefined || vendor === profile.id);
}

/** Results first, in order, then what else was said with them; media in a result goes there too, as only text may be in it. */
function toResults(run: readonly Message[], profile: OpenAiCompatibleProfile): Translated<readonly WireMessage[]> {
  const content = run.flatMap((message) => message.content);
  const results = ofType(content, 'tool-result');
  const media = results.flatMap((result) => mediaOf(result.content));
  const said = content.filter((part) => part.type !== 'tool-result');
  const after = [...media, ...said];
  return {
    value: [...results.map(toResult), ...(after.length > 0 ? toUser(after, undefined, profile) : [])],
    warnings: [
      ...lossesOf([...content, ...results.flatMap((result) => result.content)]),
      ...(media.length > 0 ? [moved()] : []),
      ...(results.some(({ isError }) => isError)
        ? [ignored('is_error', 'The vendor has no mark for a failed tool.')]
        : []),
    ],
  };
}

function toResult(result: Of<'tool-result'>): WireMessage {
  const texts = ofType(result.content, 'text').map(({ text }) => text);
  return { role: 'tool', tool_call_id: result.toolCallId, content: toTextContent(texts) };
}

function toUser(
  content: readonly Part[],
  name: string | undefined,
  profile: OpenAiCompatibleProfile,
): readonly WireMessage[] {
  const sent = content.filter((part) => part.type === 'text' || isMedia(part));
  const parts = sent.map((part) => toUserPart(part, profile));
  const [only, ...others] = parts;
  if (only?.type === 'text' && others.length === 0) return [{ role: 'user', ...named(name), content: only.text }];
  const all: readonly WirePart[] = parts;
  return [{ role: 'user', ...named(name), content: all.length === 0 ? '' : all }];
}

/** What a message may hold that this dialect has no place for. */
function lossesOf(content: readonly Part[]): readonly Warning[] {
  const reasoning = content.some((part) => part.type === 'reasoning');
  return reasoning
    ? [ignored('messages[].reasoning_details', 'The vendor does not take this reasoning back; it is left out.')]
    : [];
}

function moved(): Warning {
  const detail = 'The vendor takes only text in the result of a tool; its media follows in a message of the user.';
  return { type: 'changed', feature: 'tool_result', detail };
}

function ignored(feature: string, detail: string): Warning {
  return { type: 'ignored', feature, detail };
}

function distinct(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.feature} ${warning.detail}`, warning])).values()];
}

function ofType<T extends Part['type']>(content: readonly Part[], type: T): readonly Of<T>[] {
  return content.filter((part): part is Of<T> => part.type === type);
}

function isMedia(part: Part): part is Media {
  return part.type === 'image' || part.type === 'file' || part.type === 'audio' || part.type === 'video';
}

function mediaOf(content: readonly Part[]): readonly Media[] {
  return content.filter(isMedia);
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}
