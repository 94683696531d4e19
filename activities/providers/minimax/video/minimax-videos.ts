import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { requireObject, requireText } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { fromMiniMaxVideo } from './from-minimax-video.js';
import { toMiniMaxVideo } from './to-minimax-video.js';

/**
 * MiniMax's videos, by its second API beside the first. Its own callbacks ask their address to answer a challenge, which would be to
 * answer whoever asks: its jobs are looked at by the timer.
 */
export function createMiniMaxVideos(deps: {
  readonly apiKey: string;
  /** Of the first API: `https://api.minimax.io/v1`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): VendorJobs<'video'> {
  const { http } = deps;
  const root = deps.baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
  const headers = { authorization: `Bearer ${deps.apiKey}` };
  return {
    submit: async (attempt) => {
      const { body } = toMiniMaxVideo(attempt);
      const target = { url: `${root}/v2/video_generation`, headers };
      const answer = requireObject(await askJson(http, target, body, attempt));
      return { id: requireText(answer['task_id'], 'a task_id') };
    },
    check: async (question) => {
      const { id = '' } = question.job;
      const url = `${root}/v2/query/video_generation/${encodeURIComponent(id)}`;
      return fromMiniMaxVideo(await lookJson(http, { url, headers }, question.signal), toMiniMaxVideo(question));
    },
  };
}
