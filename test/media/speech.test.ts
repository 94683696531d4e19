import OpenAI from 'openai';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { useWorld } from '../gateway/world.js';

// Speech through a whole gateway: OpenAI's in both of its forms, and the sandbox's.

const BY_CHARACTER = 'openai/tts-1';
const BY_TOKEN = 'openai/gpt-4o-mini-tts';
const TEXT = 'Grüezi 👋';
const SOUND = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index % 251));

const event = (body: object): string => `data: ${JSON.stringify(body)}\n\n`;
const deltas = (size: number): readonly string[] =>
  Array.from({ length: Math.ceil(SOUND.length / size) }, (_, index) =>
    event({ type: 'speech.audio.delta', audio: SOUND.subarray(index * size, (index + 1) * size).toString('base64') }),
  );
const done = event({ type: 'speech.audio.done', usage: { input_tokens: 10, output_tokens: 40, total_tokens: 50 } });
const sse = { 'content-type': 'text/event-stream' };
const mp3 = { 'content-type': 'audio/mpeg' };

let vendor: MediaVendor;
const env: Record<string, string> = { OPENAI_API_KEY: 'sk-fake' };
beforeAll(async () => {
  vendor = await startMediaVendor(({ json }) =>
    json.stream_format === 'sse'
      ? { headers: sse, pieces: [...deltas(1_000), done] }
      : { headers: mp3, pieces: [SOUND.subarray(0, 1_000), SOUND.subarray(1_000)] },
  );
  env['SLUICE_OPENAI_BASE_URL'] = `${vendor.origin}/v1`;
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });

const speak = (body: object, apiKey = world.gateway.apiKey, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${world.gateway.baseUrl}/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ input: TEXT, voice: 'alloy', ...body }),
  });
const idOf = (response: Response): string => response.headers.get('x-request-id') ?? '';
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('speech of a model that is charged by the character', () => {
  it('is the vendor’s bytes, charged by code points', async () => {
    const { apiKey, scope } = await world.createProject({ budget_usd: '1' });
    const answer = await speak({ model: BY_CHARACTER, speed: 1.5, new_field: 1 }, apiKey);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect(answer.headers.get('content-length')).toBeNull();
    expect(await bytesOf(answer)).toEqual(SOUND);
    expect(vendor.requests.map(({ path, json }) => [path, json])).toEqual([
      [
        '/v1/audio/speech',
        { model: 'tts-1', input: TEXT, voice: 'alloy', speed: 1.5, new_field: 1, response_format: 'mp3' },
      ],
    ]);
    // 15 USD a million characters, of which there are 8: the hand is one.
    expect(await world.ended(idOf(answer))).toMatchObject({ state: 'settled', charged: 120_000n });
    expect(await world.account(scope)).toMatchObject({ spent: 120_000n, held: 0n });
  });

  it('comes as it is made: the first bytes are there while the vendor still speaks', async () => {
    let goOn = (): void => {};
    const more = new Promise<void>((resolve) => (goOn = resolve));
    vendor.script = () => ({
      headers: mp3,
      pieces: (async function* () {
        yield SOUND.subarray(0, 1_000);
        await more;
        yield SOUND.subarray(1_000);
      })(),
    });
    const answer = await speak({ model: BY_CHARACTER, response_format: 'mp3' });
    const reader = answer.body!.getReader();
    const first = await reader.read();
    expect(Buffer.from(first.value)).toEqual(SOUND.subarray(0, 1_000));
    goOn();
    const rest: Uint8Array[] = [];
    for (let read = await reader.read(); !read.done; read = await reader.read()) rest.push(read.value);
    expect(Buffer.concat(rest)).toEqual(SOUND.subarray(1_000));
  });

  it('that breaks off ends the connection, never cleanly, and is charged as sent', async () => {
    let breakOff = (): void => {};
    const taken = new Promise<void>((resolve) => (breakOff = resolve));
    vendor.script = () => ({
      ...{ headers: mp3, cut: true },
      pieces: (async function* () {
        yield SOUND;
        await taken;
      })(),
    });
    const answer = await speak({ model: BY_CHARACTER });
    expect(answer.status).toBe(200);
    breakOff();
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(await world.ended(idOf(answer))).toMatchObject({ state: 'settled', charged: 120_000n });
  });

  it('that the vendor refuses is told as an error, and charged nothing', async () => {
    vendor.script = () => ({
      status: 400,
      body: { error: { message: 'No such voice.', type: 'invalid_request_error', param: 'voice', code: null } },
    });
    const answer = await speak({ model: BY_CHARACTER });
    expect([answer.status, ((await answer.json()) as { error: { message: string } }).error.message]).toEqual([
      400,
      'No such voice.',
    ]);
    expect(await world.ended(idOf(answer))).toMatchObject({ state: 'released', charged: 0n });
  });

  it('that sends no sound is no answer', async () => {
    vendor.script = () => ({ headers: mp3, body: '' });
    const answer = await speak({ model: BY_CHARACTER });
    expect(answer.status).toBe(502);
    await answer.arrayBuffer();
    expect(await world.ended(idOf(answer))).toMatchObject({ state: 'released', charged: 0n });
  });

  it('is refused before any vendor is asked where the budget is too small', async () => {
    const { apiKey } = await world.createProject({ budget_usd: '0.0001' });
    const answer = await speak({ model: BY_CHARACTER }, apiKey);
    expect(answer.status).toBe(402);
    await answer.arrayBuffer();
    expect(vendor.requests).toEqual([]);
  });

  it('is asked for once by whoever sends the same key twice, and shown again', async () => {
    const headers = { 'idempotency-key': 'speak-once' };
    const first = await speak({ model: BY_CHARACTER }, undefined, headers);
    expect(await bytesOf(first)).toEqual(SOUND);
    const second = await speak({ model: BY_CHARACTER }, undefined, headers);
    expect([await bytesOf(second), idOf(second)]).toEqual([SOUND, idOf(first)]);
    expect(vendor.requests).toHaveLength(1);
    const again = await fetch(`${world.gateway.baseUrl}/requests/${idOf(first)}/answer`, {
      headers: { authorization: `Bearer ${world.gateway.apiKey}` },
    });
    expect([again.headers.get('content-type'), again.headers.get('x-sluice-cost-usd')]).toEqual([
      'audio/mpeg',
      '0.00012',
    ]);
    expect(await bytesOf(again)).toEqual(SOUND);
  });
});

describe('speech of a model that is charged by the token', () => {
  it('is asked for in events, which report the tokens, and given as bare bytes', async () => {
    const answer = await speak({ model: BY_TOKEN, instructions: 'Whisper.' });
    expect(await bytesOf(answer)).toEqual(SOUND);
    expect(vendor.requests[0]?.json).toMatchObject({ stream_format: 'sse', instructions: 'Whisper.' });
    // 10 tokens of text at 0.6 USD a million, 40 of sound at 12.
    expect(await world.ended(idOf(answer))).toMatchObject({ state: 'settled', charged: 486_000n });
  });

  it('is told in events to those who ask for that, with what it costs', async () => {
    const answer = await speak({ model: BY_TOKEN, stream_format: 'sse' });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const chunks = (await answer.text())
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as Record<string, string>] : []));
    const sound = chunks.filter(({ type }) => type === 'speech.audio.delta');
    expect(Buffer.concat(sound.map(({ audio }) => Buffer.from(audio!, 'base64')))).toEqual(SOUND);
    expect(chunks.at(-1)).toEqual({
      type: 'speech.audio.done',
      usage: { input_tokens: 10, output_tokens: 40, total_tokens: 50, cost: 0.000486 },
    });
  });

  it('whose events end without the last one is broken off, and counted', async () => {
    vendor.script = () => ({ headers: sse, pieces: deltas(1_000) });
    const answer = await speak({ model: BY_TOKEN });
    await expect(answer.arrayBuffer()).rejects.toThrow();
    const { state, charged } = await world.ended(idOf(answer));
    expect(state).toBe('settled');
    expect(charged).toBeGreaterThan(0n);
    expect(charged).toBeLessThan(10_000_000n);
  });

  it('whose events tell of an error in the middle ends as such for those who read events', async () => {
    vendor.script = () => ({
      headers: sse,
      pieces: [...deltas(3_000), event({ error: { message: 'It broke.', type: 'server_error' } })],
    });
    const answer = await speak({ model: BY_TOKEN, stream_format: 'sse' });
    const text = await answer.text();
    expect(text).toContain('"error"');
    expect(text).not.toContain('speech.audio.done');
  });
});

describe('speech by OpenAI’s own client', () => {
  const client = (): OpenAI =>
    new OpenAI({ apiKey: world.gateway.apiKey, baseURL: world.gateway.baseUrl, maxRetries: 0 });

  it('is written to a file as it comes', async () => {
    const response = await client().audio.speech.create({ model: BY_CHARACTER, input: TEXT, voice: 'alloy' });
    const file = join(await mkdtemp(join(tmpdir(), 'speech-')), 'speech.mp3');
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file));
    expect(await readFile(file)).toEqual(SOUND);
  });

  it('of the sandbox is a WAV file, with a warning that it is no MP3', async () => {
    const response = await client().audio.speech.create({ model: 'sandbox/speech', input: TEXT, voice: 'any' });
    const sound = await bytesOf(response);
    expect([response.headers.get('content-type'), sound.toString('latin1', 0, 4)]).toEqual(['audio/wav', 'RIFF']);
    expect(JSON.parse(response.headers.get('x-sluice-warnings') ?? '')).toMatchObject([
      { type: 'changed', feature: 'response_format' },
    ]);
  });
});

describe('a request for speech that cannot be', () => {
  it.each([
    [{ model: BY_CHARACTER, input: '' }, 400, 'input'],
    [{ model: BY_CHARACTER, voice: undefined }, 400, 'voice'],
    [{ model: BY_CHARACTER, response_format: 'midi' }, 400, 'response_format'],
    [{ model: BY_CHARACTER, speed: 9 }, 400, 'speed'],
    [{ model: undefined }, 400, 'model'],
    [{ model: 'sandbox/echo' }, 404, 'model'],
    [{ model: 'sandbox/speech', response_format: 'mp3' }, 400, 'response_format'],
    [{ model: 'sandbox/speech-refused' }, 400, null],
    [{ model: 'sandbox/speech-rate-limited' }, 429, null],
  ])('%j is told what is wrong with it', async (body, status, param) => {
    const answer = await speak(body);
    const { error } = (await answer.json()) as { error: { param: string | null } };
    expect([answer.status, error.param]).toEqual([status, param]);
  });
});
