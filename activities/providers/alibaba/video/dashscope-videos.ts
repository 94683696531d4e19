import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject, requireText } from '../../json-answer.js';
import { asObject } from '../../json-fields.js';
import { lookJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { fromDashscopeVideo } from './from-dashscope-video.js';
import { toDashscopeVideo } from './to-dashscope-video.js';

/** Videos of Alibaba's Model Studio, as tasks; it calls back by its cloud's event bus alone, so that the timer looks. */
export function createDashscopeVideos(deps: {
  /** Of what is compatible with OpenAI (`…/compatible-mode/v1`), beside which the vendor's own API is. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  const { http, apiKey } = deps;
  const root = `${deps.baseUrl.replace(/\/+$/, '').replace(/\/compatible-mode\/v1$/, '')}/api/v1`;
  const headers = { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) };
  const at = (id: string): string => `${root}/tasks/${encodeURIComponent(id)}`;
  return {
    submit: async (attempt) => {
      const { body } = toDashscopeVideo(attempt);
      const url = `${root}/services/aigc/video-generation/video-synthesis`;
      const target = { url, headers: { ...headers, 'x-dashscope-async': 'enable' } };
      const answer = requireObject(await askJson(http, target, body, attempt));
      return { id: requireText(asObject(answer['output'])?.['task_id'], 'a task_id') };
    },
    check: async (question) => {
      const { id = '' } = question.job;
      const answer = await lookJson(http, { url: at(id), headers }, question.signal);
      return fromDashscopeVideo(answer, toDashscopeVideo(question));
    },
    // It ends tasks that wait; those that run go on.
    cancel: async ({ job, signal }) => {
      const { id = '' } = job;
      (await http.postJson({ url: `${at(id)}/cancel`, headers, body: '{}', signal })).discard();
    },
  };
}
