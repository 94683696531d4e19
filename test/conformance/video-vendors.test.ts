import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../activities/providers/port.js';
import type { VideoCall } from '../../workflows/contracts/media-calls.js';
import {
  callOf,
  DATA_URL,
  handIn,
  jobsOf,
  look,
  made as madeAt,
  offerOf,
  PICTURE,
  PICTURE_URL,
} from './video-exchange.js';

// Vendors that make videos as jobs, each through its adapter as the registry makes it: what it is asked, and what its answers
// come to. Requests follow the vendors' documentation; the answers have the shapes of their documented examples.

const QUEUE = 'https://queue.fal.run/bytedance/seedance-2.0/requests/r-1';
const FAL_TAKEN = {
  request_id: 'r-1',
  status_url: `${QUEUE}/status`,
  response_url: QUEUE,
  cancel_url: `${QUEUE}/cancel`,
};
const FAL_JOB = { status: `${QUEUE}/status`, response: QUEUE, cancel: `${QUEUE}/cancel`, id: 'r-1' };
const WHOLE = { seconds: 6, size: '1280x720', seed: 3, withAudio: false };

describe('a job is handed in', () => {
  it.each([
    {
      id: 'fal/bytedance/seedance-2.0/image-to-video',
      call: callOf({ ...WHOLE, firstFrame: PICTURE, lastFrame: PICTURE }),
      answer: FAL_TAKEN,
      job: FAL_JOB,
      url: `https://queue.fal.run/bytedance/seedance-2.0/image-to-video?fal_webhook=${encodeURIComponent('https://gw.example/v1/vendor_webhooks/x/t?y=1')}`,
      body: {
        ...{ prompt: 'a sea', duration: '6', resolution: '720p', aspect_ratio: '16:9', generate_audio: false, seed: 3 },
        ...{ image_url: DATA_URL, end_image_url: DATA_URL },
      },
    },
    {
      id: 'fal/luma/agent/ray/v3.2/text-to-video',
      call: callOf({ seconds: 10, resolution: '540p' }),
      answer: FAL_TAKEN,
      job: FAL_JOB,
      url: expect.stringContaining('/luma/agent/ray/v3.2/text-to-video?') as string,
      body: { prompt: 'a sea', duration: '10s', resolution: '540p' },
    },
    {
      id: 'fal/minimax/h3/text-to-video',
      call: callOf(),
      answer: FAL_TAKEN,
      job: FAL_JOB,
      url: expect.stringContaining('/minimax/h3/text-to-video?') as string,
      // Unasked, what the price without properties is of.
      body: { prompt: 'a sea', duration: 5, resolution: '2K' },
    },
    {
      id: 'replicate/wan-video/wan-2.5-t2v',
      call: callOf({ seconds: 6, resolution: '720p', seed: 3 }),
      answer: { id: 'p-1', status: 'starting' },
      job: { id: 'p-1' },
      url: 'https://api.replicate.com/v1/models/wan-video/wan-2.5-t2v/predictions',
      body: {
        input: { prompt: 'a sea', duration: 6, resolution: '720p', seed: 3 },
        ...{ webhook: 'https://gw.example/v1/vendor_webhooks/x/t?y=1', webhook_events_filter: ['completed'] },
      },
    },
    {
      id: 'vertex/veo-3.1-lite-generate-001',
      call: callOf({ ...WHOLE, firstFrame: PICTURE }),
      answer: { name: 'projects/p/operations/o-1' },
      job: { name: 'projects/p/operations/o-1' },
      url: 'https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/veo-3.1-lite-generate-001:predictLongRunning',
      body: {
        instances: [{ prompt: 'a sea', image: { bytesBase64Encoded: 'AAAA', mimeType: 'image/png' } }],
        parameters: { aspectRatio: '16:9', resolution: '720p', durationSeconds: 6, seed: 3, generateAudio: false },
      },
    },
    {
      id: 'minimax/MiniMax-H3',
      call: callOf({ firstFrame: PICTURE, lastFrame: { type: 'url', url: 'https://example.com/x.png' } }),
      answer: { task_id: 't-1' },
      job: { id: 't-1' },
      url: 'https://api.minimax.io/v2/video_generation',
      body: {
        model: 'MiniMax-H3',
        content: [
          { type: 'text', text: 'a sea' },
          { type: 'image_url', image_url: { url: DATA_URL }, role: 'first_frame' },
          { type: 'image_url', image_url: { url: 'https://example.com/x.png' }, role: 'last_frame' },
        ],
        // The vendor's own idea is 2K, at another price.
        ...{ duration: 5, resolution: '768P' },
      },
    },
    {
      id: 'volcengine/doubao-seedance-2-5-260628',
      call: callOf({ ...WHOLE, size: '480x864', references: [PICTURE] }),
      answer: { id: 'cgt-1' },
      job: { id: 'cgt-1' },
      url: 'https://ark.cn-beijing.volces.com/api/v3/contents/generations/tasks',
      body: {
        model: 'doubao-seedance-2-5-260628',
        content: [
          { type: 'text', text: 'a sea' },
          { type: 'image_url', image_url: { url: DATA_URL }, role: 'reference_image' },
        ],
        ...{ duration: 6, resolution: '480p', ratio: '9:16', seed: 3, generate_audio: false, watermark: false },
        callback_url: 'https://gw.example/v1/vendor_webhooks/x/t?y=1',
      },
    },
    {
      id: 'kling/kling-v2-6',
      call: callOf({ seconds: 10, resolution: '1080p', withAudio: true, firstFrame: PICTURE, negativePrompt: 'boats' }),
      answer: { code: 0, message: 'SUCCEED', data: { task_id: 't-1', task_status: 'submitted' } },
      job: { id: 't-1', path: '/v1/videos/image2video' },
      url: 'https://api-singapore.klingai.com/v1/videos/image2video',
      body: {
        ...{ model_name: 'kling-v2-6', prompt: 'a sea', negative_prompt: 'boats', duration: '10', mode: 'pro' },
        ...{ sound: 'on', image: 'AAAA', external_task_id: 'req_1:1' },
        callback_url: 'https://gw.example/v1/vendor_webhooks/x/t?y=1',
      },
    },
    {
      id: 'alibaba/wan2.7-i2v',
      call: callOf({ seconds: 10, resolution: '720p', negativePrompt: 'boats', firstFrame: PICTURE, seed: 3 }),
      answer: { output: { task_id: 't-1', task_status: 'PENDING' }, request_id: 'q' },
      job: { id: 't-1' },
      url: 'https://dashscope-intl.aliyuncs.com/api/v1/services/aigc/video-generation/video-synthesis',
      body: {
        model: 'wan2.7-i2v',
        input: { prompt: 'a sea', negative_prompt: 'boats', media: [{ type: 'first_frame', url: DATA_URL }] },
        parameters: { duration: 10, resolution: '720P', seed: 3, watermark: false },
      },
    },
    {
      id: 'alibaba/wan3.0-video',
      call: callOf({ aspectRatio: '9:16' }),
      answer: { output: { task_id: 't-1' } },
      job: { id: 't-1' },
      url: expect.stringContaining('/video-synthesis') as string,
      body: {
        model: 'wan3.0-video',
        input: { prompt: 'a sea' },
        parameters: { duration: 5, resolution: '1080P', ratio: '9:16', watermark: false },
      },
    },
  ])('to $id', async ({ id, call, answer, job, url, body }) => {
    const got = await handIn(id, call, answer);
    expect(got.job).toEqual(job);
    expect(got.sent).toMatchObject({ method: 'POST', url });
    expect(got.sent.body).toEqual(body);
    expect(got.sent.headers['idempotency-key']).toBe('req_1:1');
  });

  it.each([
    ['google/veo-3.1-generate-preview', { name: 'models/veo/operations/o' }],
    ['vertex/veo-3.1-generate-001', { name: 'o' }],
    ['minimax/MiniMax-H3', { task_id: 't' }],
    ['kling/k', { code: 0, data: { task_id: 't' } }],
  ])('to %s with a picture at an address as well as with its bytes', async (id, answer) => {
    const sent = async (firstFrame: VideoCall['firstFrame']) =>
      (await handIn(id, callOf({ ...(firstFrame && { firstFrame }) }), answer)).sent.body;
    const [byUrl, byBytes] = [JSON.stringify(await sent(PICTURE_URL)), JSON.stringify(await sent(PICTURE))];
    // Vendors that fetch it are told where it is, and the others sent what is there.
    expect(byUrl).toBe(
      byUrl.includes(PICTURE_URL.url) ? byBytes.replace(/(data:image\/png;base64,)?AAAA/, PICTURE_URL.url) : byBytes,
    );
    expect(byBytes).toContain('AAAA');
  });

  it('to Model Studio as a task, and to fal by the word that it has for keys', async () => {
    const { sent } = await handIn('alibaba/wan2.7-t2v', callOf(), { output: { task_id: 't' } });
    expect(sent.headers).toMatchObject({ 'x-dashscope-async': 'enable', authorization: 'Bearer k' });
    expect((await handIn('fal/minimax/h3/text-to-video', callOf(), FAL_TAKEN)).sent.headers).toMatchObject({
      authorization: 'Key k',
    });
  });

  it.each([
    [1002, 'auth'],
    [1102, 'quota_exhausted'],
    [1201, 'invalid_request'],
    [1301, 'content_policy'],
    [1303, 'rate_limited'],
    [5000, 'vendor_error'],
  ])('to Kling, whose code %d under a success is %s', async (code, failureClass) => {
    const refused = handIn('kling/kling-v2-6', callOf(), { code, message: 'no', data: null });
    await expect(refused).rejects.toMatchObject({ failure: { class: failureClass, vendorCode: String(code) } });
  });

  it('to fal only where it is asked about at its own address', async () => {
    const elsewhere = { ...FAL_TAKEN, response_url: 'https://evil.example/requests/r-1' };
    await expect(handIn('fal/minimax/h3/text-to-video', callOf(), elsewhere)).rejects.toThrow(ProviderFailure);
  });

  it.each([
    ['fal/bytedance/seedance-2.0/text-to-video', { firstFrame: PICTURE }, 'input_reference'],
    ['fal/bytedance/seedance-2.0/image-to-video', {}, 'input_reference'],
    ['fal/bytedance/seedance-2.0/reference-to-video', {}, 'input_references'],
    ['fal/bytedance/seedance-2.5/text-to-video', { resolution: '1080p' }, 'resolution'],
    ['fal/bytedance/seedance-2.0/text-to-video', { seconds: 3 }, 'seconds'],
    ['fal/luma/agent/ray/v3.2/text-to-video', { seconds: 7 }, 'seconds'],
    ['fal/luma/agent/ray/v3.2/image-to-video', { firstFrame: PICTURE, lastFrame: PICTURE }, 'frame_images'],
    ['minimax/MiniMax-H3', { negativePrompt: 'boats' }, 'negative_prompt'],
    ['minimax/MiniMax-H3', { withAudio: false }, 'generate_audio'],
    ['minimax/MiniMax-H3', { lastFrame: PICTURE }, 'frame_images'],
    ['minimax/MiniMax-H3', { firstFrame: PICTURE, references: [PICTURE] }, 'input_references'],
    ['alibaba/wan2.7-t2v', { resolution: '480p' }, 'resolution'],
    ['alibaba/wan2.7-r2v', {}, 'input_references'],
    ['vertex/veo-3.1-lite-generate-001', { firstFrame: { type: 'url', url: 'https://e.example' } }, 'input_reference'],
  ] as const)('not to %s where it cannot be done: %j', async (id, changes, param) => {
    const { sent, submit } = jobsOf(id, callOf(changes), []);
    const failure = await submit().catch((error: unknown) => error);
    expect(failure).toMatchObject({ failure: { class: 'invalid_request' }, detail: { param } });
    expect(sent).toEqual([]);
  });
});

const URL_OF = 'https://files.example/v.mp4';
const KLING_JOB = { id: 't', path: '/v1/videos/text2video' };
const made = (seconds: number, source: 'reported' | 'counted', more: object = {}) =>
  madeAt(URL_OF, seconds, source, more);
const failed = (failureClass: string) => ({ status: 'failed', failure: { class: failureClass } });

describe('a job is asked about', () => {
  it.each([
    ['fal/minimax/h3/text-to-video', FAL_JOB, [{ status: 'IN_QUEUE', queue_position: 3 }], { status: 'running' }],
    [
      'fal/minimax/h3/text-to-video',
      FAL_JOB,
      [{ status: 'COMPLETED' }, { video: { url: URL_OF, duration: 5.0, content_type: 'video/mp4' } }],
      made(5, 'reported'),
    ],
    [
      'fal/minimax/h3/text-to-video',
      FAL_JOB,
      [{ status: 'COMPLETED' }, { video: { url: URL_OF } }],
      made(5, 'counted'),
    ],
    [
      'fal/minimax/h3/text-to-video',
      FAL_JOB,
      [{ status: 'COMPLETED', error: 'Content flagged by the safety checker', error_type: 'x' }],
      failed('content_policy'),
    ],
    [
      'fal/minimax/h3/text-to-video',
      FAL_JOB,
      [{ status: 'COMPLETED' }, { status: 500, body: { detail: 'Internal Server Error' } }],
      failed('vendor_error'),
    ],
    ['replicate/a/b', { id: 'p' }, [{ id: 'p', status: 'processing' }], { status: 'running' }],
    ['replicate/a/b', { id: 'p' }, [{ id: 'p', status: 'succeeded', output: URL_OF }], made(5, 'counted')],
    ['replicate/a/b', { id: 'p' }, [{ id: 'p', status: 'succeeded', output: [URL_OF] }], made(5, 'counted')],
    [
      'replicate/a/b',
      { id: 'p' },
      [{ status: 'failed', error: 'NSFW content detected (E005)' }],
      failed('content_policy'),
    ],
    ['replicate/a/b', { id: 'p' }, [{ status: 'failed', error: 'CUDA out of memory' }], failed('vendor_error')],
    ['vertex/veo-3.1-lite-generate-001', { name: 'o' }, [{ name: 'o' }], { status: 'running' }],
    [
      'vertex/veo-3.1-lite-generate-001',
      { name: 'o' },
      [{ done: true, response: { videos: [{ bytesBase64Encoded: 'AAAA', mimeType: 'video/mp4' }] } }],
      {
        ...{ status: 'succeeded', outputs: [{ type: 'base64', data: 'AAAA', mediaType: 'video/mp4', seconds: 8 }] },
        usage: { units: { video_seconds: 8 }, source: 'counted' },
      },
    ],
    [
      'vertex/veo-3.1-lite-generate-001',
      { name: 'o' },
      [{ done: true, response: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['…'] } }],
      failed('content_policy'),
    ],
    [
      'vertex/veo-3.1-lite-generate-001',
      { name: 'o' },
      [{ done: true, error: { code: 3, message: 'Unsupported aspect ratio.' } }],
      failed('invalid_request'),
    ],
    ['minimax/MiniMax-H3', { id: 't' }, [{ task: { id: 't', status: 'queued' } }], { status: 'running' }],
    [
      'minimax/MiniMax-H3',
      { id: 't' },
      [
        {
          task: {
            ...{ id: 't', status: 'succeeded', content: { url: URL_OF }, resolution: '2K', duration: 5, ratio: '16:9' },
            usage: { total_seconds: 5, input_seconds: 0, output_seconds: 5 },
          },
        },
      ],
      made(5, 'reported'),
    ],
    [
      'minimax/MiniMax-H3',
      { id: 't' },
      [{ task: { status: 'failed', error: { code: 1026, message: 'The prompt has sensitive content.' } } }],
      failed('content_policy'),
    ],
    ['kling/k', KLING_JOB, [{ code: 0, data: { task_status: 'processing' } }], { status: 'running' }],
    [
      'kling/k',
      KLING_JOB,
      [{ code: 0, data: { task_status: 'succeed', task_result: { videos: [{ url: URL_OF, duration: '5.0' }] } } }],
      made(5, 'reported'),
    ],
    [
      'kling/k',
      KLING_JOB,
      [{ code: 0, data: { task_status: 'failed', task_status_msg: 'Failure to pass the risk control system' } }],
      failed('content_policy'),
    ],
    ['volcengine/seedance', { id: 'c' }, [{ id: 'c', status: 'running' }], { status: 'running' }],
    [
      'volcengine/seedance',
      { id: 'c' },
      [
        {
          id: 'c',
          status: 'succeeded',
          content: { video_url: URL_OF },
          duration: 5,
          usage: { completion_tokens: 108900 },
        },
      ],
      made(5, 'reported'),
    ],
    [
      'volcengine/seedance',
      { id: 'c' },
      [{ status: 'failed', error: { code: 'OutputVideoSensitiveContentDetected', message: 'It may be sensitive.' } }],
      failed('content_policy'),
    ],
    ['alibaba/wan2.7-t2v', { id: 't' }, [{ output: { task_id: 't', task_status: 'RUNNING' } }], { status: 'running' }],
    [
      'alibaba/wan2.7-t2v',
      { id: 't' },
      [{ output: { task_status: 'SUCCEEDED', video_url: URL_OF }, usage: { output_video_duration: 4, SR: 720 } }],
      made(4, 'reported'),
    ],
    [
      'alibaba/wan2.7-t2v',
      { id: 't' },
      [
        {
          output: { task_status: 'FAILED', code: 'DataInspectionFailed', message: 'Output data may be inappropriate.' },
        },
      ],
      failed('content_policy'),
    ],
    ['alibaba/wan2.7-t2v', { id: 't' }, [{ output: { task_status: 'UNKNOWN' } }], failed('vendor_error')],
  ] as const)('%s %j', async (id, job, answers, state) => {
    expect((await look(id, job, answers)).state).toMatchObject(state);
  });

  it.each([
    ['fal/minimax/h3/text-to-video', FAL_JOB, [{ status: 'COMPLETED' }, {}]],
    ['replicate/a/b', { id: 'p' }, [{ status: 'succeeded' }]],
    ['vertex/veo-3.1-lite-generate-001', { name: 'o' }, [{ done: true, response: {} }]],
    ['minimax/MiniMax-H3', { id: 't' }, [{ task: { status: 'succeeded' } }]],
    ['alibaba/wan2.7-t2v', { id: 't' }, [{ output: { task_status: 'SUCCEEDED' } }]],
  ] as const)('%s, and is not believed to be done without a video', async (id, job, answers) => {
    await expect(look(id, job, answers)).rejects.toMatchObject({ failure: { class: 'bad_response' } });
  });

  it('tells what was not done as asked, and what the pictures cost', async () => {
    const task = { status: 'succeeded', content: { url: URL_OF }, duration: 5 };
    const call = callOf({ seed: 3, firstFrame: PICTURE });
    const { state } = await look('minimax/MiniMax-H3', { id: 't' }, [{ task }], call);
    expect(state).toMatchObject({
      usage: { units: { video_seconds: 5, images: 1 } },
      warnings: [{ type: 'ignored', feature: 'seed' }],
    });
  });

  it('where the vendor said that it is', async () => {
    expect((await look('fal/minimax/h3/text-to-video', FAL_JOB, [{ status: 'IN_PROGRESS' }])).sent).toMatchObject([
      { method: 'GET', url: `${QUEUE}/status`, headers: { authorization: 'Key k' } },
    ]);
    const operation = { name: 'projects/p/operations/o-1' };
    expect((await look('vertex/veo-3.1-lite-generate-001', operation, [{}])).sent).toMatchObject([
      {
        method: 'POST',
        url: expect.stringMatching(/:fetchPredictOperation$/) as string,
        body: { operationName: 'projects/p/operations/o-1' },
      },
    ]);
  });
});

describe('a job is stopped', () => {
  it.each([
    ['fal/minimax/h3/text-to-video', FAL_JOB, 'PUT', `${QUEUE}/cancel`],
    ['replicate/a/b', { id: 'p' }, 'POST', 'https://api.replicate.com/v1/predictions/p/cancel'],
    ['alibaba/wan2.7-t2v', { id: 't' }, 'POST', 'https://dashscope-intl.aliyuncs.com/api/v1/tasks/t/cancel'],
  ] as const)('of %s', async (id, job, method, url) => {
    const { sent, jobs } = jobsOf(id, callOf(), [{}]);
    const offer = offerOf(id);
    const signal = new AbortController().signal;
    await jobs.cancel?.({ offer, attemptKey: 'req_1:1', signal, job });
    expect(sent).toMatchObject([{ method, url }]);
  });
});
