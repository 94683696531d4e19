import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject, requireText } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { fromReplicateVideo } from './from-replicate-video.js';
import { toReplicateVideo } from './to-replicate-video.js';

/** Predictions of official models (https://replicate.com/docs/reference/http#models.predictions.create). */
export function createReplicateVideos(deps: {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  const { http } = deps;
  const root = deps.baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${deps.apiKey}` };
  const at = (id: string): string => `${root}/predictions/${encodeURIComponent(id)}`;
  return {
    submit: async (attempt) => {
      const url = `${root}/models/${attempt.offer.vendorModel}/predictions`;
      const { body } = toReplicateVideo(attempt);
      const prediction = requireObject(await askJson(http, { url, headers }, body, attempt));
      return { id: requireText(prediction['id'], 'an id') };
    },
    check: async (question) => {
      const { id = '' } = question.job;
      const prediction = await lookJson(http, { url: at(id), headers }, question.signal);
      return fromReplicateVideo(prediction, toReplicateVideo(question));
    },
    cancel: async ({ job, signal }) => {
      const { id = '' } = job;
      (await http.postJson({ url: `${at(id)}/cancel`, headers, body: '{}', signal })).discard();
    },
  };
}
