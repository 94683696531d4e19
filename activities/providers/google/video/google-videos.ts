import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { inlineFrames } from '../../inline-pictures.js';
import { requireObject, requireText } from '../../json-answer.js';
import { lookJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { type GeminiAccess, geminiRoot } from '../chat/endpoint.js';
import { fromVeo } from './from-veo.js';
import { toVeo } from './to-veo.js';

/** Veo of the Gemini API (https://ai.google.dev/gemini-api/docs/video): an operation that is asked about by its name. */
export function createGoogleVideos({
  apiKey,
  baseUrl,
  http,
}: GeminiAccess & { readonly http: VendorHttp }): VendorJobs<'video'> {
  const root = `${geminiRoot(baseUrl)}/v1beta`;
  const headers = { 'x-goog-api-key': apiKey };
  return {
    submit: async (attempt) => {
      const url = `${root}/models/${encodeURIComponent(attempt.offer.vendorModel)}:predictLongRunning`;
      const call = await inlineFrames(attempt.call, { http, signal: attempt.signal });
      const answer = requireObject(await askJson(http, { url, headers }, toVeo({ ...attempt, call }), attempt));
      return { name: requireText(answer['name'], 'the name of an operation') };
    },
    check: async (question) => {
      const { name = '' } = question.job;
      const operation = await lookJson(http, { url: `${root}/${name}`, headers }, question.signal);
      // The files are the API's own, behind the same key.
      return fromVeo(operation, question.call, headers);
    },
  };
}
