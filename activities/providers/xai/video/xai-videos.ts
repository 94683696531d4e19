import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject, requireText } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { fromXaiVideo } from './from-xai-video.js';
import { toXaiVideo } from './to-xai-video.js';

/** https://docs.x.ai/docs/guides/video-generations: a deferred request, which is asked about by its id. */
export function createXaiVideos({
  endpoint,
  http,
}: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  return {
    submit: async (attempt) => {
      const target = await endpoint('/videos/generations', attempt);
      const answer = requireObject(await askJson(http, target, toXaiVideo(attempt), attempt));
      return { id: requireText(answer['request_id'], 'a request_id') };
    },
    check: async (question) => {
      const { id = '' } = question.job;
      const target = await endpoint(`/videos/${encodeURIComponent(id)}`, question);
      return fromXaiVideo(await lookJson(http, target, question.signal), question.call);
    },
  };
}
