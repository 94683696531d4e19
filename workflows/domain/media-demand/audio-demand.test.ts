import { describe, expect, it } from 'vitest';
import type { SpeechCall, TranscriptionCall } from '../../contracts/media-calls.js';
import type { PriceList } from '../../contracts/prices.js';
import { worstCaseOfMedia } from '../media-prices.js';
import { offer as testOffer } from '../test-values.js';
import { demandOfMedia } from './media-demand.js';

const speech = (text: string, more: Partial<SpeechCall> = {}): SpeechCall => ({
  kind: 'speech',
  source: { dialect: 'openai-speech', body: {} },
  stream: true,
  streamFormat: 'audio',
  text,
  voice: 'any',
  ...more,
});
const transcription = (more: Partial<TranscriptionCall> = {}): TranscriptionCall => ({
  kind: 'transcription',
  source: { dialect: 'openai-transcriptions', body: {} },
  stream: false,
  task: 'transcribe',
  audio: { mediaType: 'audio/wav', data: Buffer.alloc(7_500).toString('base64') },
  filename: 'a.wav',
  timestamps: [],
  format: 'json',
  ...more,
});
const perMillion = (usd: string) => ({ usd, per: 1_000_000 });
const costOf = (call: SpeechCall | TranscriptionCall, prices: PriceList): bigint | undefined => {
  const { media } = demandOfMedia(call);
  return worstCaseOfMedia({ ...testOffer(), kind: call.kind, prices }, media!);
};

describe('what speech can come to', () => {
  it('counts characters as vendors do: code points', () => {
    expect(costOf(speech('a👋é'), { characters: perMillion('15') })).toBe(45_000n);
  });

  it('is bounded by time where tokens of sound are charged: longer than anybody speaks', () => {
    const text = 'word '.repeat(150);
    const seconds = demandOfMedia(speech(text)).media?.units.audio_seconds ?? 0;
    // A minute as people speak, three times as slowly at the most.
    expect(seconds).toBeGreaterThan(120);
    expect(seconds).toBeLessThan(240);
    expect(demandOfMedia(speech(text, { speed: 0.5 })).media?.units.audio_seconds).toBeGreaterThan(2 * seconds - 3);
  });

  it('holds output once, at the dearer of its two prices', () => {
    const prices = { input: perMillion('0.6'), output: perMillion('10'), output_audio: perMillion('12') };
    const tokens = demandOfMedia(speech('a')).media?.units.output ?? 0;
    const input = (1n + 64n) * 600n;
    expect(costOf(speech('a'), prices)).toBe(BigInt(tokens) * 12_000n + input);
    expect(costOf(speech('a'), { output_audio: perMillion('12') })).toBe(BigInt(tokens) * 12_000n);
  });
});

describe('what a transcription can come to', () => {
  it('is the file’s own length in begun seconds, else the most that its bytes can hold', () => {
    const bySecond = { audio_seconds: { usd: '0.0001', per: 1 } };
    expect(costOf(transcription({ durationSeconds: 3.2 }), bySecond)).toBe(400_000n);
    expect(costOf(transcription(), bySecond)).toBe(1_000_000n);
  });

  it('has a bound where tokens are charged', () => {
    const prices = { input: perMillion('2.5'), input_audio: perMillion('2.5'), output: perMillion('10') };
    const cost = costOf(transcription({ durationSeconds: 60 }), prices) ?? 0n;
    // OpenAI says that a minute is 0.006 USD.
    expect(cost).toBeGreaterThan(6_000_000n);
    expect(cost).toBeLessThan(30_000_000n);
  });
});
