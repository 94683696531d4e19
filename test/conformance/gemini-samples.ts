import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createGoogleChat } from '../../activities/providers/google/chat/create-google-chat.js';
import { GEMINI_API, VERTEX_AI } from '../../activities/providers/google/chat/model-traits.js';
import { testAttempt } from '../../activities/providers/google/chat/test-attempt.js';
import type { VendorHttp, VendorRequest, VendorResponse } from '../../activities/providers/http.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';

const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings/http');
export const present = existsSync(FOLDER);

export interface GeminiRecording {
  readonly file: string;
  readonly n: number;
  readonly url: string;
  readonly request: JsonObject;
  readonly status: number;
  readonly response: { readonly json?: Json; readonly text?: string };
  readonly service: typeof GEMINI_API;
  readonly model: string;
  readonly isStream: boolean;
}

/** Every recording of one file. */
export function recordingsOf(file: string): readonly GeminiRecording[] {
  if (!present) return [];
  const lines = readFileSync(resolve(FOLDER, file), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const recorded = JSON.parse(line) as Omit<GeminiRecording, 'service' | 'model' | 'isStream'>;
      const [, model = ''] = /\/models\/([^:]+):/.exec(recorded.url) ?? [];
      const service = file.startsWith('vertex') ? VERTEX_AI : GEMINI_API;
      return { ...recorded, service, model, isStream: recorded.url.includes(':streamGenerateContent') };
    });
}

export const recordings = [...recordingsOf('gemini.generate.jsonl'), ...recordingsOf('vertex.generate.jsonl')];

export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly pieces: readonly Uint8Array[];
}

export function answerOf({ status, response: { json, text } }: GeminiRecording): Answer {
  const type = json === undefined ? 'text/event-stream' : 'application/json; charset=UTF-8';
  return { status, type, pieces: [Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json))] };
}

export interface Outcome {
  readonly events: readonly AnswerEvent[];
  readonly sent: readonly VendorRequest[];
  readonly failure?: ProviderFailure;
}

/** What the adapter makes of an answer. */
export async function askGemini(
  { type, pieces, status = 200 }: Answer,
  call: Partial<ChatCall> = {},
  { model = 'gemini-2.5-flash', service = GEMINI_API } = {},
): Promise<Outcome> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const response: VendorResponse = {
    status,
    headers: { 'content-type': type },
    stream: stream(),
    readText: () => Promise.resolve(Buffer.concat(pieces).toString()),
    discard: () => undefined,
    release: () => undefined,
  };
  const sent: VendorRequest[] = [];
  const postJson = (request: VendorRequest): Promise<VendorResponse> => {
    sent.push(request);
    return Promise.resolve(response);
  };
  const http: VendorHttp = {
    postJson,
    getJson: (request) => postJson({ ...request, body: '' }),
    close: () => Promise.resolve(),
  };
  const endpoint = () => ({ url: 'https://vendor.example.com', headers: {} });
  const events: AnswerEvent[] = [];
  try {
    for await (const frame of createGoogleChat({ service, endpoint, http }).chat(testAttempt(call, model))) {
      events.push(...frame.events);
    }
    return { events, sent };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { events, sent, failure: error };
  }
}

/** The chunks of a recorded answer; a plain one is the only one of its own. */
export function chunksOf({ response: { json, text } }: GeminiRecording): readonly JsonObject[] {
  if (json !== undefined) return [json as JsonObject];
  return (text ?? '')
    .split(/\r?\n\r?\n/)
    .filter((block) => block.startsWith('data: '))
    .map((block) => JSON.parse(block.slice('data: '.length)) as JsonObject);
}
