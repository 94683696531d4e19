import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { VendorHttp, VendorRequest } from '../../activities/providers/http.js';
import { createOpenAiCompatibleChat } from '../../activities/providers/openai-compatible/chat/create-openai-compatible-chat.js';
import { asObject } from '../../activities/providers/json-fields.js';
import type { OpenAiCompatibleProfile } from '../../activities/providers/openai-compatible/chat/profile.js';
import { TEST_PROFILE, testAttempt, testCall } from '../../activities/providers/openai-compatible/chat/test-attempt.js';
import { COMPATIBLE_PROFILES } from '../../activities/providers/openai-compatible/profiles.js';
import { OPENAI_PROFILE } from '../../activities/providers/openai/create-openai.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';

export interface Recording {
  /** The recorder's file. */
  readonly file: string;
  readonly url: string;
  /** Of the vendor, or a stand-in where the gateway does not call it. */
  readonly profile: OpenAiCompatibleProfile;
  readonly request: JsonObject;
  readonly status: number;
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings/http');
export const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no recordings at ${FOLDER}`);

/** Cohere's own dialect is recorded under the same name. */
const FILES = present
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.chat.jsonl') && !name.startsWith('cohere'))
  : [];

/** Whose profile reads which file, where the names differ. Crusoe runs vLLM. */
const VENDORS: { readonly [file: string]: string } = { gemini: 'google', crusoe: 'vllm' };

function profileOf(file: string): OpenAiCompatibleProfile {
  const name = file.slice(0, file.indexOf('.'));
  const profile = [OPENAI_PROFILE, ...COMPATIBLE_PROFILES].find(({ id }) => id === (VENDORS[name] ?? name));
  const baseUrl = 'https://vendor.example.com/v1';
  return profile ? { ...profile, baseUrl } : { ...TEST_PROFILE, id: `no profile: ${name}`, sendsDone: false };
}

function recordingsOf(file: string): readonly Recording[] {
  const lines = readFileSync(resolve(FOLDER, file), 'utf8').split('\n');
  const profile = profileOf(file);
  return lines.filter((line) => line !== '').map((line) => ({ ...(JSON.parse(line) as Recording), profile }));
}

export const recordings = FILES.flatMap(recordingsOf);
export const successes = recordings.filter(({ status }) => status === 200);

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly pieces: readonly Uint8Array[];
}

/** A vendor that gives this answer, and what it was asked. */
function httpOf({ status, type, pieces }: Answer, asked: VendorRequest[]): VendorHttp {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  return {
    getJson: () => Promise.reject(new Error('not asked')),
    postJson: async (request) => {
      asked.push(request);
      return {
        status,
        headers: { 'content-type': type },
        stream: stream(),
        readText: () => Promise.resolve(Buffer.concat(pieces).toString('utf8')),
        discard: () => undefined,
        release: () => undefined,
      };
    },
    close: () => Promise.resolve(),
  };
}

export interface Read {
  readonly events: readonly AnswerEvent[];
  readonly frames: readonly Frame[];
  readonly failure?: ProviderFailure;
  readonly url: string;
  readonly sent: JsonObject;
}

/** What the adapter makes of an answer to this body of a caller's. */
export async function ask(profile: OpenAiCompatibleProfile, body: JsonObject, answer: Answer): Promise<Read> {
  const asked: VendorRequest[] = [];
  const provider = createOpenAiCompatibleChat(profile, { apiKey: 'k', http: httpOf(answer, asked) });
  const call = testCall({ stream: body['stream'] === true }, 'openai-chat', body);
  const frames: Frame[] = [];
  const read = (): Omit<Read, 'failure'> => ({
    frames,
    events: frames.flatMap(({ events }) => events),
    url: asked[0]?.url ?? '',
    sent: JSON.parse(String(asked[0]?.body)) as JsonObject,
  });
  try {
    for await (const frame of provider.chat({ ...testAttempt(), call })) frames.push(frame);
    return read();
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { ...read(), failure: error };
  }
}

export function readStream(pieces: readonly Uint8Array[], profile: OpenAiCompatibleProfile): Promise<Read> {
  return ask(profile, { messages: [], stream: true }, { status: 200, type: 'text/event-stream', pieces });
}

export const singly = (bytes: Uint8Array) => [...bytes].map((byte) => Uint8Array.of(byte));

/** What was said, by somebody who knows nothing of blocks: all pieces of a kind one after another. */
export function textOf(events: readonly AnswerEvent[], type: 'text-delta' | 'refusal-delta', choice: number): string {
  return events
    .filter((event) => event.type === type && event.choice === choice)
    .map((event) => ('text' in event ? event.text : ''))
    .join('');
}

export function callsOf(events: readonly AnswerEvent[]): readonly unknown[] {
  return events
    .filter((event) => event.type === 'tool-call-start')
    .map(({ choice, block, id, name }) => {
      const written = events
        .filter((event) => event.type === 'tool-call-delta' && event.choice === choice && event.block === block)
        .map((event) => ('arguments' in event ? event.arguments : ''))
        .join('');
      return { id, name, arguments: written };
    });
}

/** Some of Groq's streams have it under the vendor's own name only. */
export function usageOf(chunk: JsonObject): JsonObject | undefined {
  return asObject(chunk['usage']) ?? asObject(asObject(chunk['x_groq'])?.['usage']);
}

export function checkUsage(events: readonly AnswerEvent[], usage: JsonObject | undefined, where: string): void {
  const last = events.filter((event) => event.type === 'usage').at(-1);
  if (usage === undefined) return expect(last, where).toBeUndefined();
  const { searches: _searches, ...tokens } = last?.usage.units ?? {};
  const sum = Object.values(tokens).reduce((total, count) => total + count, 0);
  expect(sum, where).toBe(Number(usage['total_tokens']) + beyondTotals(usage));
}

/**
 * Parts that are more than their whole, twice at OpenRouter: 2161 tokens cached and 2161 written of 2168 (both were charged,
 * says its `cost_details`), and 11 of reasoning in 10.
 */
function beyondTotals(usage: JsonObject): number {
  const sum = (details: JsonObject[string], names: readonly string[]) =>
    names.reduce((total, name) => total + Number(asObject(details)?.[name] ?? 0), 0);
  const input = sum(usage['prompt_tokens_details'], ['cached_tokens', 'cache_write_tokens']);
  const output = sum(usage['completion_tokens_details'], ['reasoning_tokens']);
  // xAI counts its reasoning in the total only.
  const within = Number(usage['total_tokens']) - Number(usage['prompt_tokens']);
  return Math.max(input - Number(usage['prompt_tokens']), 0) + Math.max(output - within, 0);
}
