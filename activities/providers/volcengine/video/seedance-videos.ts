import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject, requireText } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { fromSeedance } from './from-seedance.js';
import { toSeedance } from './to-seedance.js';

/** Seedance of Volcengine Ark; it signs none of the calls that it makes to `callback_url`. */
export function createSeedanceVideos(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  const path = '/contents/generations/tasks';
  return {
    submit: async (attempt) => {
      const target = await deps.endpoint(path, attempt);
      const task = requireObject(await askJson(deps.http, target, toSeedance(attempt).body, attempt));
      return { id: requireText(task['id'], 'an id') };
    },
    check: async (question) => {
      const { id = '' } = question.job;
      const target = await deps.endpoint(`${path}/${encodeURIComponent(id)}`, question);
      return fromSeedance(await lookJson(deps.http, target, question.signal), toSeedance(question));
    },
  };
}
