import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { VendorHttp } from '../http.js';
import { modelUrl } from './endpoints.js';
import type { VertexPlace } from './endpoints.js';

/**
 * Mistral's models take their own body at an address of the model
 * (https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/mistral): "in the request body, exclude the `@`
 * model version number".
 */
export function createMistralHttp(http: VendorHttp, place: VertexPlace): VendorHttp {
  return {
    close: () => http.close(),
    getJson: http.getJson,
    postJson: (request) => {
      const body = JSON.parse(request.body) as JsonObject & { readonly model: string };
      const model = body.model.replace(/^mistralai\//, '');
      const method = body['stream'] === true ? 'streamRawPredict' : 'rawPredict';
      return http.postJson({
        ...request,
        url: `${modelUrl(place, 'mistralai', model)}:${method}`,
        body: JSON.stringify({ ...body, model: model.replace(/@.*$/, '') }),
      });
    },
  };
}
