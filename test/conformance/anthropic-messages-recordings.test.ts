import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stubHttp } from '../../activities/providers/anthropic/chat/stub-http.js';
import { testAttempt } from '../../activities/providers/anthropic/chat/test-attempt.js';
import { createAnthropicChat } from '../../activities/providers/anthropic/chat/create-anthropic-chat.js';
import { createDirectEndpoint } from '../../activities/providers/anthropic/chat/direct-endpoint.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import { mergeEvents } from '../../api/dialects/anthropic-messages/merge-events.js';
import { createMessagesRenderer } from '../../api/dialects/anthropic-messages/messages-renderer.js';
import { parseMessagesRequest } from '../../api/dialects/anthropic-messages/parse-messages-request.js';
import { splitMessage } from '../../api/dialects/anthropic-messages/split-message.js';
import { toChatCall } from '../../api/dialects/anthropic-messages/to-chat-call.js';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../workflows/contracts/reply.js';

interface Recording {
  readonly file: string;
  readonly n: number;
  readonly status: number;
  readonly request: JsonObject;
  readonly response: { readonly json?: JsonObject; readonly text?: string };
}

const FILE = resolve(import.meta.dirname, '../../../shared/recordings/http/anthropic.messages.jsonl');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no recordings at ${FILE}`);

const recordings = present
  ? readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Recording)
  : [];

const REQUEST_ID = 'req_0198c0ffee0070008000000000000000';
const SUMMARY: AnswerSummary = {
  attempt: 1,
  offerId: 'anthropic/model',
  vendor: 'anthropic',
  usage: { units: { input: 1, output: 1 }, source: 'reported' },
  chargeNanoUsd: '2500000',
};
const encoder = new TextEncoder();
const nameOf = ({ file, n }: Recording) => `${file} #${n}`;

/** What the gateway adds to every answer. */
const COST = 0.0025;

function callOf({ request }: Recording): ChatCall {
  const parsed = parseMessagesRequest(request, { betas: [] });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return toChatCall(parsed.request, []);
}

interface Exchange {
  readonly sent: JsonObject;
  readonly frames: readonly Frame[];
  readonly failure?: ProviderFailure;
}

/** The recorded exchange once more, through the adapter: what it sends, and the frames that it makes of the answer. */
async function exchange(recording: Recording, pieces: readonly Uint8Array[]): Promise<Exchange> {
  const { response, status, request } = recording;
  const contentType = response.text === undefined ? 'application/json' : 'text/event-stream';
  const stub = stubHttp({ pieces, status, contentType });
  const call = callOf(recording);
  const provider = createAnthropicChat({
    id: 'anthropic',
    http: stub.http,
    endpoint: createDirectEndpoint({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1' }),
  });
  const frames: Frame[] = [];
  const attempt = testAttempt(call, String(request['model']), { maxOutputTokens: Number(request['max_tokens']) });
  let failure: ProviderFailure | undefined;
  try {
    for await (const frame of provider.chat(attempt)) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    failure = error;
  }
  const sent = JSON.parse(stub.requests[0]?.body ?? 'null') as JsonObject;
  return { sent, frames, ...(failure && { failure }) };
}

function bytesOf({ response }: Recording): Uint8Array {
  return encoder.encode(response.text ?? JSON.stringify(response.json));
}

function rendererOf(recording: Recording) {
  return createMessagesRenderer(REQUEST_ID, [String(recording.request['model'])], callOf(recording));
}

function streamed(recording: Recording, frames: readonly Frame[]): readonly JsonObject[] {
  const step = rendererOf(recording).stream();
  return [
    ...frames.flatMap((frame, sequence) => step({ type: 'frame', attempt: 1, sequence, frame }).chunks),
    ...step({ type: 'answered', summary: SUMMARY }).chunks,
  ];
}

function eventsOf(text: string): readonly JsonObject[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)) as JsonObject);
}

function withCost(event: JsonObject): JsonObject {
  return event['type'] === 'message_delta' || event['type'] === 'message'
    ? { ...event, usage: { ...(event['usage'] as JsonObject), cost: COST } }
    : event;
}

describe.skipIf(!present)('every recorded exchange of the Messages API', () => {
  const answered = recordings.filter(({ status }) => status === 200);
  const plain = answered.filter(({ response }) => response.json !== undefined);
  const streams = answered.filter(({ response }) => response.text !== undefined);

  it('is accepted, and sent on as the caller wrote it', async () => {
    expect(recordings.length).toBeGreaterThan(300);
    for (const recording of recordings) {
      const { sent } = await exchange(recording, [bytesOf(recording)]);
      expect(sent, nameOf(recording)).toEqual({ stream: false, ...recording.request });
    }
  });

  it('answers a plain request with what was recorded, field for field', async () => {
    expect(plain.length).toBeGreaterThan(300);
    for (const recording of plain) {
      const { frames } = await exchange(recording, [bytesOf(recording)]);
      const body = recording.response.json ?? {};
      expect(rendererOf(recording).plain(frames, SUMMARY), nameOf(recording)).toEqual(withCost(body));
    }
  });

  it('streams what was recorded, event for event, however the bytes are cut', async () => {
    expect(streams.length).toBeGreaterThan(15);
    for (const recording of streams) {
      const bytes = bytesOf(recording);
      const recorded = eventsOf(recording.response.text ?? '').map(withCost);
      const { frames } = await exchange(recording, [bytes]);
      expect(streamed(recording, frames), nameOf(recording)).toEqual(recorded);
      const byByte = await exchange(
        recording,
        [...bytes].map((byte) => Uint8Array.of(byte)),
      );
      expect(byByte.frames, nameOf(recording)).toEqual(frames);
    }
  });

  it('gives a stream as one message to whoever comes for the whole', async () => {
    for (const recording of streams) {
      const { frames } = await exchange(recording, [bytesOf(recording)]);
      const recorded = eventsOf(recording.response.text ?? '').map(withCost);
      expect(rendererOf(recording).plain(frames, SUMMARY), nameOf(recording)).toEqual(mergeEvents(recorded));
    }
  });

  it('gives a plain message as a stream that adds up to it', async () => {
    for (const recording of plain) {
      const { frames } = await exchange(recording, [bytesOf(recording)]);
      const body = recording.response.json ?? {};
      const events = streamed(recording, frames);
      expect(mergeEvents(events), nameOf(recording)).toEqual(withCost(body));
      expect(events.length, nameOf(recording)).toBe(splitMessage(body).length);
    }
  });

  it('tells a refusal in the vendor’s words', async () => {
    const refused = recordings.filter(({ status }) => status !== 200);
    for (const recording of refused) {
      const { failure } = await exchange(recording, [bytesOf(recording)]);
      if (!failure) throw new Error(`${nameOf(recording)} was not refused`);
      const { status, body } = rendererOf(recording).error({
        type: 'failed',
        failure: failure.failure,
        detail: failure.detail,
      });
      expect({ status, body }).toEqual({
        status: recording.status,
        body: { ...recording.response.json, request_id: REQUEST_ID },
      });
    }
    expect(refused).toHaveLength(2);
  });
});
