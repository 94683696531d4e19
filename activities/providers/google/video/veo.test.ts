import { describe, expect, it } from 'vitest';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { offer } from '../../../../workflows/domain/test-values.js';
import { ProviderFailure } from '../../port.js';
import { fromVeo } from './from-veo.js';
import { toVeo } from './to-veo.js';

const callOf = (changes: Partial<VideoCall> = {}): VideoCall => ({
  ...{
    kind: 'video',
    source: { dialect: 'openai-videos', body: {} },
    stream: false,
    prompt: 'a sea',
    references: [],
    count: 1,
  },
  ...changes,
});
const attemptOf = (changes: Partial<VideoCall>) => ({
  ...{ call: callOf(changes), offer: offer(), attemptKey: 'req_1:1', signal: new AbortController().signal },
});
const PICTURE = { type: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
const KEY = { 'x-goog-api-key': 'k' };

describe('a request to Veo', () => {
  it('says all that Veo has a word for', () => {
    const asked = {
      negativePrompt: 'boats',
      seconds: 8,
      size: '1080x1920',
      seed: 7,
      firstFrame: PICTURE,
      lastFrame: PICTURE,
    };
    expect(toVeo(attemptOf({ ...asked, references: [PICTURE] }))).toEqual({
      instances: [
        {
          prompt: 'a sea',
          image: { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' },
          lastFrame: { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' },
          referenceImages: [{ image: { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' }, referenceType: 'asset' }],
        },
      ],
      parameters: { negativePrompt: 'boats', aspectRatio: '9:16', resolution: '1080p', durationSeconds: 8, seed: 7 },
    });
    expect(toVeo(attemptOf({}))).toEqual({ instances: [{ prompt: 'a sea' }], parameters: {} });
  });

  it('is refused where it cannot be had: a video without sound, a picture by its address', () => {
    expect(() => toVeo(attemptOf({ withAudio: false }))).toThrow(ProviderFailure);
    expect(() => toVeo(attemptOf({ firstFrame: { type: 'url', url: 'https://example.com/x.png' } }))).toThrow(
      ProviderFailure,
    );
  });
});

describe('an operation of Veo', () => {
  const done = (samples: readonly string[]) => ({
    done: true,
    response: { generateVideoResponse: { generatedSamples: samples.map((uri) => ({ video: { uri } })) } },
  });
  it('runs until it is done', () => {
    expect(fromVeo({ name: 'models/veo/operations/x' }, callOf(), KEY)).toEqual({ status: 'running' });
  });

  it('has made what is fetched by the same key, and is paid by the seconds that were asked for', () => {
    expect(fromVeo(done(['https://example.com/v']), callOf({ seconds: 6, resolution: '4k' }), KEY)).toEqual({
      status: 'succeeded',
      outputs: [
        {
          type: 'url',
          url: 'https://example.com/v',
          headers: KEY,
          mediaType: 'video/mp4',
          seconds: 6,
          resolution: '4k',
        },
      ],
      usage: { units: { video_seconds: 6 }, source: 'counted' },
    });
  });

  it('has failed, or was held back by a filter, which costs nothing', () => {
    const failed = fromVeo({ done: true, error: { code: 13, message: 'Internal.' } }, callOf(), KEY);
    expect(failed).toMatchObject({
      status: 'failed',
      failure: { class: 'vendor_error' },
      detail: { message: 'Internal.' },
    });
    const filtered = {
      generateVideoResponse: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['It shows a child.'] },
    };
    expect(fromVeo({ done: true, response: filtered }, callOf(), KEY)).toMatchObject({
      ...{ status: 'failed', failure: { class: 'content_policy' }, detail: { message: 'It shows a child.' } },
    });
  });

  it('that is done and has nothing is no answer', () => {
    expect(() => fromVeo({ done: true, response: {} }, callOf(), KEY)).toThrow(ProviderFailure);
  });
});
