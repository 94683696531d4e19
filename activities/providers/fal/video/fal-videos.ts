import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import { ProviderFailure } from '../../port.js';
import type { VendorJobs, VendorJobState } from '../../vendor-jobs.js';
import { queueAddress } from '../fal-queue.js';
import { fromFalStatus, fromFalVideo } from './from-fal-video.js';
import { toFalVideo } from './to-fal-video.js';

/** fal's queue (https://docs.fal.ai/model-apis/model-endpoints/queue), which calls back where it is told to. */
export function createFalVideos(deps: {
  readonly apiKey: string;
  /** Of the queue, for example `https://queue.fal.run`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  const { http } = deps;
  const root = deps.baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Key ${deps.apiKey}` };
  return {
    submit: async (attempt) => {
      const { body } = toFalVideo(attempt);
      const { callbackUrl } = attempt;
      const query = callbackUrl === undefined ? '' : `?fal_webhook=${encodeURIComponent(callbackUrl)}`;
      const target = { url: `${root}/${attempt.offer.vendorModel}${query}`, headers };
      const submitted = requireObject(await askJson(http, target, body, attempt));
      const at = (field: string): string => queueAddress(submitted, field, root);
      return { status: at('status_url'), response: at('response_url'), cancel: at('cancel_url') };
    },
    check: async ({ job, signal, ...asked }) => {
      const { status = '', response = '' } = job;
      const state = fromFalStatus(await lookJson(http, { url: status, headers }, signal));
      if (state) return state;
      try {
        return fromFalVideo(await lookJson(http, { url: response, headers }, signal), toFalVideo(asked));
      } catch (error) {
        const end = endOf(error);
        if (end) return end;
        throw error;
      }
    },
    cancel: async ({ job, signal }) => {
      const { cancel = '' } = job;
      (await http.putJson?.({ url: cancel, headers, body: '', signal }))?.discard();
    },
  };
}

/** A request that failed is completed too: its result is the failure, with its status, and stays so. */
function endOf(error: unknown): VendorJobState | undefined {
  if (!(error instanceof ProviderFailure) || error.failure.httpStatus !== 500) return undefined;
  return { status: 'failed', failure: error.failure, detail: error.detail };
}
