import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest } from '../../activities/providers/http.js';
import { createMiniMaxTranscription } from '../../activities/providers/minimax/transcription/create-minimax-transcription.js';
import { type OpenStored, ProviderFailure } from '../../activities/providers/port.js';
import { createBearerEndpoint } from '../../activities/providers/vendor-endpoint.js';
import type { AnswerEvent } from '../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../workflows/contracts/media-calls.js';
import { mediaOffer } from './media-exchange.js';

// MiniMax's `speech_to_text` as its page and its guide have it: https://platform.minimax.io/docs/api-reference/speech-to-text.

const SOUND = Buffer.from('RIFF and so on');
const offer = mediaOffer('transcription', 'minimax/asr-1.0');
const heard = (more: Partial<TranscriptionCall> = {}): TranscriptionCall => ({
  kind: 'transcription',
  source: { dialect: 'openai-transcriptions', body: {} },
  ...{ stream: false, task: 'transcribe', filename: 'a.mp3', timestamps: [], format: 'json' },
  audio: { mediaType: 'audio/mpeg', data: SOUND.toString('base64') },
  ...more,
});

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | object;
  /** How many bytes come at a time. */
  readonly pieceBytes?: number;
}

async function ask(
  call: TranscriptionCall,
  { status = 200, type = 'application/json', body, pieceBytes = 1_000 }: Answer,
  openStored?: OpenStored,
): Promise<{
  readonly sent: readonly VendorRequest[];
  readonly events: readonly AnswerEvent[];
  readonly failure?: ProviderFailure;
}> {
  const sent: VendorRequest[] = [];
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const postJson: VendorHttp['postJson'] = (request) => {
    sent.push(request);
    const stream = (async function* () {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
      }
    })();
    const done = () => undefined;
    const readText = () => Promise.resolve(bytes.toString());
    return Promise.resolve({
      ...{ status, headers: { 'content-type': type }, stream },
      ...{ readText, discard: done, release: done },
    });
  };
  const http = { postJson, getJson: () => Promise.reject(new Error('not asked')), close: () => Promise.resolve() };
  const transcribe = createMiniMaxTranscription({
    endpoint: createBearerEndpoint('https://api.minimax.io/v1', 'k'),
    http,
  });
  const signal = new AbortController().signal;
  const events: AnswerEvent[] = [];
  try {
    const attempt = { call, offer, attemptKey: 'r:1', signal, ...(openStored && { openStored }) };
    for await (const frame of transcribe(attempt)) events.push(...frame.events);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return { sent, events, failure: error };
  }
  return { sent, events };
}

async function formOf({ headers, bytes }: VendorRequest): Promise<FormData> {
  // Deprecated for servers, whose forms come from anywhere.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { ...headers } }).formData();
}
const fieldsOf = async (call: TranscriptionCall) => {
  const { sent } = await ask(call, { body: PLAIN });
  return Object.fromEntries([...(await formOf(sent[0]!))].filter(([name]) => name !== 'file'));
};
const find = <T extends AnswerEvent['type']>(events: readonly AnswerEvent[], type: T) =>
  events.find((event): event is Extract<AnswerEvent, { type: T }> => event.type === type);

const TRACE = { trace_id: '021785229015510a2c883cf675b9804d' };
const PLAIN = { text: '实际上还是商家赚了，对他那个冷链的那个运费高。', duration: 26.325, ...TRACE };
const VERBOSE = {
  ...{ text: '嘎嘎会，可以，这把稳了。来检查一下，读下题。', duration: 12.744, n_speakers: 2 },
  segments: [
    { id: 0, start: 0.1, end: 1.66, speaker: 'S1', text: '嘎嘎会，可以，这把稳了。' },
    { id: 1, start: 2, end: 6.1, speaker: 'S2', text: '来检查一下，读下题。' },
  ],
  ...TRACE,
};
const STREAM = [
  'data: {"index":0,"delta":"实际上","finish":false}',
  'data: {"index":1,"delta":"还是商家赚了","finish":false}',
  'data: {"index":2,"delta":"","finish":true,"duration":26.325}',
];
const sse = (lines: readonly string[], more: Partial<Answer> = {}): Answer => ({
  ...{ type: 'text/event-stream', body: lines.map((line) => `${line}\n\n`).join('') },
  ...more,
});

describe('what MiniMax is asked for a transcript', () => {
  it('is a form with the file, and with the language in a header', async () => {
    const { sent } = await ask(heard({ language: 'pt-BR' }), { body: PLAIN });
    const [request] = sent as [VendorRequest];
    expect([request.url, request.headers['authorization'], request.headers['language']]).toEqual([
      'https://api.minimax.io/v1/speech_to_text',
      'Bearer k',
      'pt-BR',
    ]);
    const form = await formOf(request);
    expect([...form.keys()]).toEqual(['model', 'response_format', 'file']);
    const file = form.get('file') as unknown as File;
    expect([file.name, file.type, Buffer.from(await file.arrayBuffer())]).toEqual(['a.mp3', 'audio/mpeg', SOUND]);
    expect((await ask(heard(), { body: PLAIN })).sent[0]?.headers).not.toHaveProperty('language');
  });

  it.each<[string, Partial<TranscriptionCall>, object]>([
    ['a text', { format: 'text' }, { response_format: 'json' }],
    ['a stream', { stream: true }, { response_format: 'json', stream: 'true' }],
    ['subtitles', { format: 'srt' }, { response_format: 'verbose_json' }],
    ['segments', { format: 'verbose_json', timestamps: ['segment'] }, { response_format: 'verbose_json' }],
    [
      'words',
      { format: 'verbose_json', timestamps: ['word'] },
      { response_format: 'verbose_json', timestamp_level: 'word' },
    ],
    ['speakers', { format: 'diarized_json' }, { response_format: 'verbose_json' }],
    ['speakers, whatever the form', { diarize: true }, { response_format: 'verbose_json' }],
    // "They cannot be combined with `stream=true`".
    ['a stream of speakers', { format: 'diarized_json', stream: true }, { response_format: 'verbose_json' }],
  ])('for %s says so', async (_what, more, fields) => {
    expect(await fieldsOf(heard(more))).toEqual({ model: 'asr-1.0', ...fields });
  });

  it('is a stored file as it is read', async () => {
    const audio = { type: 'stored', key: 'k', bytes: SOUND.length, sha256: 's', mediaType: 'audio/wav' };
    const openStored: OpenStored = () =>
      Promise.resolve(
        (async function* () {
          yield await Promise.resolve(SOUND);
        })(),
      );
    const { sent } = await ask(heard({ audio: audio as never }), { body: PLAIN }, openStored);
    const { bytes, headers } = sent[0]!;
    if (bytes === undefined || bytes instanceof Uint8Array) throw new Error('was read before');
    const pieces: Uint8Array[] = [];
    for await (const piece of await bytes.open()) pieces.push(piece);
    const form = await formOf({ ...sent[0]!, headers, bytes: Buffer.concat(pieces) });
    expect(Buffer.from(await (form.get('file') as unknown as File).arrayBuffer())).toEqual(SOUND);
  });

  it.each<[string, Partial<TranscriptionCall>, string]>([
    ['a translation', { task: 'translate' }, 'model'],
    ['a language that is no tag', { language: 'x\r\nauthorization: y' }, 'language'],
    ['a language in other letters', { language: '中文' }, 'language'],
  ])('is nothing for %s', async (_what, more, param) => {
    const { sent, failure } = await ask(heard(more), { body: PLAIN });
    expect([sent.length, failure?.failure.class, failure?.detail.param]).toEqual([0, 'invalid_request', param]);
  });

  it('leaves out what it has no field for, with a warning', async () => {
    const call = heard({ source: { dialect: 'openai-transcriptions', body: { prompt: 'p', language: 'en' } } });
    const { events } = await ask(call, { body: PLAIN });
    expect(find(events, 'warning')?.warning).toMatchObject({ type: 'unsupported', feature: 'prompt' });
  });
});

describe('what MiniMax answers with', () => {
  it('is a text, charged by the length that it reports', async () => {
    const { events } = await ask(heard({ language: 'zh' }), { body: PLAIN });
    expect(events).toEqual([
      { type: 'start' },
      { type: 'transcript', text: PLAIN.text, language: 'zh', durationSeconds: 26.325 },
      { type: 'usage', usage: { units: { audio_seconds: 27 }, source: 'reported' } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ]);
  });

  it('is charged by the length of the file where it reports none', async () => {
    const { events } = await ask(heard({ durationSeconds: 2.5 }), { body: { text: '' } });
    expect(find(events, 'transcript')?.text).toBe('');
    expect(find(events, 'usage')?.usage).toEqual({ units: { audio_seconds: 3 }, source: 'counted' });
  });

  it('is segments with their speakers', async () => {
    const { events } = await ask(heard({ format: 'diarized_json' }), { body: VERBOSE });
    expect(find(events, 'transcript')).toMatchObject({
      text: VERBOSE.text,
      durationSeconds: 12.744,
      segments: VERBOSE.segments.map(({ id: _, ...segment }) => segment),
    });
    expect(find(events, 'transcript')).not.toHaveProperty('words');
  });

  it('is segments without speakers for those who have not asked', async () => {
    const { events } = await ask(heard({ format: 'srt' }), { body: VERBOSE });
    expect(find(events, 'transcript')?.segments).toEqual(
      VERBOSE.segments.map(({ id: _, speaker: __, ...segment }) => segment),
    );
  });

  it('is words, or characters in Chinese, of which segments are made', async () => {
    const said = ['这', '把', '稳', '了', '来', '检', '查', '一', '下'];
    const segments = said.map((text, id) => ({ id, start: id, end: id + 1, speaker: id < 4 ? 'S1' : 'S2', text }));
    const call = heard({ format: 'verbose_json', timestamps: ['word', 'segment'], diarize: true });
    const { events } = await ask(call, { body: { ...VERBOSE, text: said.join(''), segments } });
    const whole = find(events, 'transcript')!;
    expect(whole.words).toEqual(said.map((word, id) => ({ word, start: id, end: id + 1 })));
    expect(whole.segments).toEqual([
      { start: 0, end: 4, text: '这把稳了', speaker: 'S1' },
      { start: 4, end: 9, text: '来检查一下', speaker: 'S2' },
    ]);
  });

  it('is a stream of what it hears, cut anywhere', async () => {
    for (const pieceBytes of [1, 2, 3, 7, 64, 1_000]) {
      const { events, failure } = await ask(heard({ stream: true }), sse(STREAM, { pieceBytes }));
      expect(failure).toBeUndefined();
      expect(events).toEqual([
        { type: 'start' },
        { type: 'transcript-delta', text: '实际上' },
        { type: 'transcript-delta', text: '还是商家赚了' },
        { type: 'transcript', text: '实际上还是商家赚了', durationSeconds: 26.325 },
        { type: 'usage', usage: { units: { audio_seconds: 27 }, source: 'reported' } },
        { type: 'finish', choice: 0, reason: { unified: 'stop' } },
      ]);
    }
  });

  it('is no answer where its stream ends early', async () => {
    const { events, failure } = await ask(heard({ stream: true }), sse(STREAM.slice(0, 2)));
    expect(failure?.failure.class).toBe('cut');
    expect(find(events, 'finish')).toBeUndefined();
  });

  it.each<[string, Answer, string]>([
    [
      'of a status of its own',
      { status: 422, body: { error: { message: 'sensitive content (1026)', http_code: '422' } } },
      'content_policy',
    ],
    [
      'in a number under HTTP 200',
      { body: { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } } },
      'quota_exhausted',
    ],
    [
      'in words under HTTP 200',
      { body: { type: 'error', error: { type: 'rate_limit_error', message: 'wait (1002)', http_code: '429' } } },
      'rate_limited',
    ],
    [
      'within a stream',
      sse([STREAM[0]!, 'data: {"error":{"type":"server_error","message":"internal error (1000)","http_code":"500"}}']),
      'vendor_error',
    ],
    ['by a number within a stream', sse(['data: {"base_resp":{"status_code":1002}}']), 'rate_limited'],
    ['by saying nothing', { body: { base_resp: { status_code: 0 }, duration: 1 } }, 'bad_response'],
    ['by what is no JSON', { type: 'text/plain', body: '1\n00:00' }, 'bad_response'],
  ])('is a refusal %s', async (_what, answer, failureClass) => {
    const { failure, events } = await ask(heard({ stream: answer.type === 'text/event-stream' }), answer);
    expect(failure?.failure.class).toBe(failureClass);
    expect(find(events, 'transcript')).toBeUndefined();
  });
});
