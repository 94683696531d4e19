import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest } from '../../activities/providers/http.js';
import type { MediaAttempt } from '../../activities/providers/port.js';
import { createProviders } from '../../activities/providers/registry.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { SpeechCall, TranscriptionCall } from '../../workflows/contracts/media-calls.js';
import type { Offer, PriceList } from '../../workflows/contracts/offers.js';
import { offer as testOffer } from '../../workflows/domain/test-values.js';

// What vendors of speech and transcription really sent, through their adapters.

const folder = resolve(import.meta.dirname, '../../../shared/recordings');
const hasRecordings = existsSync(folder);
if (!hasRecordings) console.warn(`SKIPPED: no recordings of sound in ${folder}`);

interface Exchange {
  readonly status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response: { readonly b64?: string; readonly json?: { readonly text: string } };
  readonly request: { readonly model?: string; readonly input?: string; readonly voice?: string };
}
const exchanges = (file: string): readonly Exchange[] =>
  readFileSync(resolve(folder, 'http', `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Exchange);
const mapping = (path: string): string => readFileSync(resolve(folder, 'mapping', path), 'utf8');

/** Answers with these bytes, and keeps what it was asked. */
function answering(type: string, bytes: Buffer): { readonly http: VendorHttp; readonly sent: VendorRequest[] } {
  const sent: VendorRequest[] = [];
  const postJson: VendorHttp['postJson'] = (request) => {
    sent.push(request);
    const stream = (async function* () {
      for (let at = 0; at < bytes.length; at += 1_000) yield await Promise.resolve(bytes.subarray(at, at + 1_000));
    })();
    return Promise.resolve({
      ...{ status: 200, headers: { 'content-type': type }, stream },
      readText: () => Promise.resolve(bytes.toString()),
      discard: () => undefined,
      release: () => undefined,
    });
  };
  return { http: { postJson, getJson: () => Promise.reject(new Error()), close: () => Promise.resolve() }, sent };
}

const access = { apiKey: 'k', baseUrl: 'https://vendor.example.com/v1' };
const offerOf = (vendor: string, vendorModel: string, prices: PriceList): Offer => ({
  ...testOffer(),
  ...{ id: `${vendor}/${vendorModel}`, vendor, vendorModel, prices },
});

async function ask(
  attempt: Pick<MediaAttempt<SpeechCall> | MediaAttempt<TranscriptionCall>, 'call' | 'offer'>,
  http: VendorHttp,
): Promise<readonly AnswerEvent[]> {
  const compatible = Object.fromEntries(['groq', 'mistral', 'elevenlabs', 'deepgram'].map((id) => [id, access]));
  const { vendor } = attempt.offer;
  const media = createProviders({ openai: access, compatible, sandbox: false, http }).get(vendor)?.media;
  const rest = { offer: attempt.offer, attemptKey: 'req:1', signal: new AbortController().signal };
  const frames =
    attempt.call.kind === 'speech'
      ? media!.speech!({ ...rest, call: attempt.call })
      : media!.transcription!({ ...rest, call: attempt.call });
  const events: AnswerEvent[] = [];
  for await (const frame of frames) events.push(...frame.events);
  return events;
}

const heard = (more: Partial<TranscriptionCall> = {}): TranscriptionCall => ({
  kind: 'transcription',
  source: { dialect: 'openai-transcriptions', body: {} },
  ...{ stream: false, task: 'transcribe', filename: 'a.mp3', timestamps: [], format: 'json' },
  audio: { mediaType: 'audio/mpeg', data: 'AAAA' },
  ...more,
});
const bySecond: PriceList = { audio_seconds: { usd: '0.0001', per: 1 } };
const find = <T extends AnswerEvent['type']>(events: readonly AnswerEvent[], type: T) =>
  events.find((event): event is Extract<AnswerEvent, { type: T }> => event.type === type)!;

describe.skipIf(!hasRecordings)('recorded sound', () => {
  it('of OpenAI is passed on byte for byte: 1 of 1', async () => {
    const recorded = exchanges('openai.speech');
    expect(recorded).toHaveLength(1);
    const [{ request, response, response_headers: headers }] = recorded as [Exchange];
    const sound = Buffer.from(response.b64 ?? '', 'base64');
    const { http, sent } = answering(headers['content-type'] ?? '', sound);
    const call: SpeechCall = {
      ...{ kind: 'speech', source: { dialect: 'openai-speech', body: { ...request } } },
      ...{ stream: true, streamFormat: 'audio', text: request.input ?? '', voice: request.voice ?? '' },
    };
    const offer = offerOf('openai', 'tts-1', { characters: { usd: '15', per: 1_000_000 } });
    const events = await ask({ call, offer }, http);
    const pieces = events.flatMap((event) =>
      event.type === 'speech-delta' ? [Buffer.from(event.data, 'base64')] : [],
    );
    expect(Buffer.concat(pieces)).toEqual(sound);
    expect(find(events, 'usage').usage.units).toEqual({ characters: 22 });
    expect(JSON.parse(sent[0]!.body)).toEqual({ ...request, response_format: 'mp3' });
  });

  it('of OpenAI is transcribed and translated: 2 of 2', async () => {
    const recorded = exchanges('openai.stt');
    expect(recorded).toHaveLength(2);
    for (const {
      response: { json },
    } of recorded) {
      const bytes = Buffer.from(JSON.stringify(json));
      const { http } = answering('application/json', bytes);
      const events = await ask({ call: heard(), offer: offerOf('openai', 'whisper-1', bySecond) }, http);
      expect(find(events, 'transcript').text).toBe(json?.text);
      expect(json?.text.length).toBeGreaterThan(10);
    }
  });

  it.each([
    ['openai', 'whisper-1', 'openai/src/transcription/__fixtures__/openai-transcription.json', 'Galileo was', 37, 5],
    ['mistral', 'voxtral-mini-latest', 'mistral/src/__fixtures__/mistral-transcription.json', 'Galileo was', 36, 0],
    ['deepgram', 'nova-3', 'deepgram/src/__fixtures__/deepgram-transcription.json', 'galileo was', 37, 80],
    [
      'elevenlabs',
      'scribe_v1',
      'elevenlabs/src/__fixtures__/elevenlabs-transcription.json',
      'Hello from',
      undefined,
      6,
    ],
  ])('of %s %s is read with its times', async (vendor, model, path, beginning, seconds, words) => {
    const { http, sent } = answering('application/json', Buffer.from(mapping(path)));
    const call = heard({
      format: 'verbose_json',
      timestamps: vendor === 'mistral' ? ['segment'] : ['word', 'segment'],
    });
    const events = await ask({ call, offer: offerOf(vendor, model, bySecond) }, http);
    const whole = find(events, 'transcript');
    expect(whole.text.startsWith(beginning)).toBe(true);
    expect(whole.words?.length ?? 0).toBeGreaterThanOrEqual(words);
    if (vendor !== 'openai') expect(whole.segments?.length).toBeGreaterThan(0);
    expect(events.find(({ type }) => type === 'usage')).toEqual(
      seconds === undefined
        ? undefined
        : { type: 'usage', usage: expect.objectContaining({ units: { audio_seconds: seconds } }) },
    );
    expect(sent).toHaveLength(1);
  });

  it('of Groq in bare text is a transcript', async () => {
    const fixture = JSON.parse(mapping('groq/src/__fixtures__/groq-transcription-text.json')) as {
      headers: Record<string, string>;
      body: string;
    };
    const { http } = answering(fixture.headers['content-type']!, Buffer.from(fixture.body));
    const call = heard({ format: 'text', durationSeconds: 2.5 });
    const events = await ask({ call, offer: offerOf('groq', 'whisper-large-v3', bySecond) }, http);
    expect(find(events, 'transcript').text).toBe('Hello from the Versal AISDK.');
    expect(find(events, 'usage').usage).toMatchObject({ units: { audio_seconds: 3 }, source: 'counted' });
  });
});
