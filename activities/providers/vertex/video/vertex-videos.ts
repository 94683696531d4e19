import { toVeo } from '../../google/video/to-veo.js';
import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { inlineFrames } from '../../inline-pictures.js';
import { requireObject, requireText } from '../../json-answer.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { modelUrl, type VertexPlace } from '../endpoints.js';
import { fromVertexVideo } from './from-vertex-video.js';

/**
 * Veo of Vertex AI (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation): the Gemini API's
 * request, asked about by a POST; without a bucket the video itself is in the answer.
 */
export function createVertexVideos({
  http,
  ...place
}: VertexPlace & { readonly http: VendorHttp }): VendorJobs<'video'> {
  const urlOf = (model: string, method: string): string => `${modelUrl(place, 'google', model)}:${method}`;
  return {
    submit: async (attempt) => {
      const url = urlOf(attempt.offer.vendorModel, 'predictLongRunning');
      const call = await inlineFrames(attempt.call, { http, signal: attempt.signal });
      const body = toVeo({ ...attempt, call }, { soundIsAsked: true });
      const operation = requireObject(await askJson(http, { url, headers: {} }, body, attempt));
      return { name: requireText(operation['name'], 'the name of an operation') };
    },
    check: async (question) => {
      const { name: operationName = '' } = question.job;
      const url = urlOf(question.offer.vendorModel, 'fetchPredictOperation');
      const asked = await askJson(http, { url, headers: {} }, { operationName }, question);
      return fromVertexVideo(requireObject(asked), question.call);
    },
  };
}
