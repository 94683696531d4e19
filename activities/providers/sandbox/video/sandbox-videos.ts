import { ProviderFailure } from '../../port.js';
import type { VendorJobRef, VendorJobs, VendorJobState } from '../../vendor-jobs.js';
import { sandboxMp4 } from './sandbox-mp4.js';

/** How long each model takes, and what comes of it: names that `infra/catalogue/sandbox-media.ts` offers. */
const MODELS: { readonly [model: string]: { readonly takesMs: number; readonly end: 'made' | 'failed' } } = {
  video: { takesMs: 1_000, end: 'made' },
  'video-slow': { takesMs: 120_000, end: 'made' },
  'video-failed': { takesMs: 1_000, end: 'failed' },
};
const USUAL = { takesMs: 1_000, end: 'made' } as const;
const USUAL_SECONDS = 4;

/**
 * Videos of nothing, of the length that is asked for, made by the clock: what a job knows is in its reference, so that any
 * process can ask about it. `video-lost` breaks the connection after it has taken a job on, as networks do.
 */
export const SANDBOX_VIDEOS: VendorJobs<'video'> = {
  submit: ({ offer, attemptKey, onResponse }) => {
    const { vendorModel } = offer;
    if (vendorModel === 'video-rate-limited') {
      const message = 'This model takes no job on, ever.';
      return Promise.reject(new ProviderFailure({ class: 'rate_limited', httpStatus: 429 }, { message }));
    }
    if (vendorModel === 'video-lost') {
      const message = 'The connection broke after the job was sent.';
      return Promise.reject(new ProviderFailure({ class: 'connection' }, { message }));
    }
    onResponse?.({ vendorRequestId: `sandbox-${attemptKey}` });
    return Promise.resolve({ model: vendorModel, startedAt: new Date().toISOString() });
  },
  check: ({ call, job }) => Promise.resolve(stateOf(job, call.seconds ?? USUAL_SECONDS, Date.now())),
  cancel: () => Promise.resolve(),
};

function stateOf({ model = '', startedAt = '' }: VendorJobRef, seconds: number, nowMs: number): VendorJobState {
  const { takesMs, end } = MODELS[model] ?? USUAL;
  const sinceMs = nowMs - Date.parse(startedAt);
  if (sinceMs < takesMs) {
    return {
      status: 'running',
      progress: Math.floor((100 * sinceMs) / takesMs),
      againMs: Math.min(takesMs - sinceMs, 5_000),
    };
  }
  if (end === 'failed') {
    const message = 'The video could not be made, as those of this model never can.';
    return { status: 'failed', failure: { class: 'vendor_error' }, detail: { message } };
  }
  return {
    status: 'succeeded',
    outputs: [{ type: 'base64', data: sandboxMp4(seconds).toString('base64'), mediaType: 'video/mp4', seconds }],
    usage: { units: { video_seconds: Math.ceil(seconds) }, source: 'reported' },
  };
}
