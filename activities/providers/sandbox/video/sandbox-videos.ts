import { ProviderFailure } from '../../port.js';
import type { VendorJobRef, VendorJobs, VendorJobState } from '../../vendor-jobs.js';
import type { CallBack } from './call-back.js';
import { sandboxMp4 } from './sandbox-mp4.js';

interface Manners {
  readonly takesMs: number;
  readonly end: 'made' | 'failed';
  /** When it wants to be asked again at the latest, while it works. */
  readonly againMs: number;
  /** How often it calls back once it is done. */
  readonly calls: number;
}

const USUAL: Manners = { takesMs: 1_000, end: 'made', againMs: 5_000, calls: 0 };
const MS_UNLESS_CALLED = 120_000;

/** How each model behaves: names that `infra/catalogue/sandbox-media.ts` offers. */
const MODELS: { readonly [model: string]: Manners } = {
  video: USUAL,
  'video-slow': { ...USUAL, takesMs: 120_000 },
  'video-failed': { ...USUAL, end: 'failed' },
  // By the timer alone, the end of the first two would be seen late.
  'video-called-back': { ...USUAL, againMs: MS_UNLESS_CALLED, calls: 1 },
  'video-called-back-twice': { ...USUAL, againMs: MS_UNLESS_CALLED, calls: 2 },
  'video-callback-lost': { ...USUAL, takesMs: 3_000 },
};
const USUAL_SECONDS = 4;
/** After its end, so that whoever is told sees it. */
const CALL_AFTER_MS = 50;

/**
 * Videos of nothing, of the length that is asked for, made by the clock: what a job knows is in its reference, so that any
 * process can ask about it. `video-lost` breaks the connection after it has taken a job on, as networks do.
 */
export const createSandboxVideos = (callBack?: CallBack): VendorJobs<'video'> => ({
  submit: ({ offer, attemptKey, onResponse, callbackUrl }) => {
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
    const { takesMs, calls } = MODELS[vendorModel] ?? USUAL;
    if (callbackUrl !== undefined) {
      for (let call = 1; call <= calls; call += 1) callBack?.(callbackUrl, takesMs + call * CALL_AFTER_MS);
    }
    return Promise.resolve({ model: vendorModel, startedAt: new Date().toISOString() });
  },
  check: ({ call, job }) => Promise.resolve(stateOf(job, call.seconds ?? USUAL_SECONDS, Date.now())),
  cancel: () => Promise.resolve(),
});

function stateOf({ model = '', startedAt = '' }: VendorJobRef, seconds: number, nowMs: number): VendorJobState {
  const { takesMs, end, againMs, calls } = MODELS[model] ?? USUAL;
  const sinceMs = nowMs - Date.parse(startedAt);
  if (sinceMs < takesMs) {
    return {
      status: 'running',
      progress: Math.floor((100 * sinceMs) / takesMs),
      againMs: calls > 0 ? againMs : Math.min(takesMs - sinceMs, againMs),
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
