import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject, requireText } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { klingToken } from '../kling-token.js';
import { fromKlingVideo, klingData } from './from-kling-video.js';
import { toKlingVideo } from './to-kling-video.js';

/** Kling's tasks; it signs none of the calls that it makes to `callback_url`. */
export function createKlingVideos(deps: {
  readonly apiKey: string;
  /** Without a version, for example `https://api-singapore.klingai.com`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  const root = deps.baseUrl.replace(/\/+$/, '');
  const headers = () => ({ authorization: `Bearer ${klingToken(deps.apiKey, Date.now())}` });
  return {
    submit: async (attempt) => {
      const { path, body } = toKlingVideo(attempt);
      const answer = await askJson(deps.http, { url: `${root}${path}`, headers: headers() }, body, attempt);
      return { path, id: requireText(klingData(requireObject(answer))['task_id'], 'a task_id') };
    },
    check: async (question) => {
      const { path = '', id = '' } = question.job;
      const url = `${root}${path}/${encodeURIComponent(id)}`;
      const answer = await lookJson(deps.http, { url, headers: headers() }, question.signal);
      return fromKlingVideo(answer, toKlingVideo(question));
    },
  };
}
