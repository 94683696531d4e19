import { describe, expect, it } from 'vitest';
import type { VideoCall } from '../../../../workflows/contracts/media-calls.js';
import { offer } from '../../../../workflows/domain/test-values.js';
import { ProviderFailure } from '../../port.js';
import { fromXaiVideo } from './from-xai-video.js';
import { toXaiVideo } from './to-xai-video.js';

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
  call: callOf(changes),
  offer: offer({ vendorModel: 'grok-imagine-video' }),
  attemptKey: 'req_1:1',
  signal: new AbortController().signal,
});
const PICTURE = { type: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;

describe('a request to xAI', () => {
  it('says all that xAI has a word for', () => {
    const asked = { seconds: 4.5, size: '1280x720', aspectRatio: '16:9', firstFrame: PICTURE };
    expect(
      toXaiVideo(attemptOf({ ...asked, references: [{ type: 'url', url: 'https://example.com/x.png' }] })),
    ).toEqual({
      model: 'grok-imagine-video',
      prompt: 'a sea',
      duration: 5,
      aspect_ratio: '16:9',
      resolution: '720p',
      image: { url: 'data:image/png;base64,AAAA' },
      reference_images: [{ url: 'https://example.com/x.png' }],
    });
  });

  it.each([{ lastFrame: PICTURE }, { negativePrompt: 'boats' }, { withAudio: false }])('refuses %j', (changes) => {
    expect(() => toXaiVideo(attemptOf(changes))).toThrow(ProviderFailure);
  });
});

describe('a deferred request of xAI', () => {
  it('is pending, with or without how far it is', () => {
    expect(fromXaiVideo({ status: 'pending' }, callOf())).toEqual({ status: 'running' });
    expect(fromXaiVideo({ status: 'pending', progress: 41.7 }, callOf())).toEqual({ status: 'running', progress: 41 });
  });

  it('is done: paid by the seconds that it has, and by the pictures that were given', () => {
    const video = { url: 'https://example.com/v.mp4', duration: 8, respect_moderation: true };
    expect(
      fromXaiVideo({ video, model: 'grok-imagine-video' }, callOf({ seconds: 5, firstFrame: PICTURE, seed: 1 })),
    ).toEqual({
      status: 'succeeded',
      outputs: [{ type: 'url', url: 'https://example.com/v.mp4', mediaType: 'video/mp4', seconds: 8 }],
      usage: { units: { video_seconds: 8, images: 1 }, source: 'reported' },
      warnings: [{ type: 'ignored', feature: 'seed', detail: 'The vendor has no such setting for this model.' }],
    });
  });

  it('is over without a video', () => {
    expect(fromXaiVideo({ status: 'expired' }, callOf())).toMatchObject({
      status: 'failed',
      failure: { vendorCode: 'expired' },
    });
    const held = { status: 'done', video: { url: 'https://example.com/v.mp4', respect_moderation: false } };
    expect(fromXaiVideo(held, callOf())).toMatchObject({ status: 'failed', failure: { class: 'content_policy' } });
    expect(() => fromXaiVideo({ status: 'done', video: {} }, callOf())).toThrow(ProviderFailure);
  });
});
