import type { Offer } from '../../../../workflows/contracts/offers.js';
import { createCohereEmbeddings } from '../../cohere-compatible/embeddings/create-cohere-embeddings.js';
import { createCohereRerank } from '../../cohere-compatible/rerank/create-cohere-rerank.js';
import type { VendorHttp } from '../../http.js';
import { createOpenAiEmbeddings } from '../../openai-compatible/embeddings/create-openai-embeddings.js';
import type { MediaCapabilities } from '../../port.js';
import { type AzureResource, createCohereInFoundry, createOpenAiEndpoint } from '../azure-endpoints.js';

/** OpenAI's embeddings by OpenAI's API, and Cohere's models by Cohere's (`/providers/cohere/v2/rerank`). */
export function createAzureVectors({
  resource,
  http,
  deployed,
}: {
  readonly resource: AzureResource;
  readonly http: VendorHttp;
  /** The offer by the name of its deployment. */
  readonly deployed: (offer: Offer) => Offer;
}): Pick<Required<MediaCapabilities>, 'embedding' | 'rerank'> {
  const cohere = { endpoint: createCohereInFoundry(resource), http };
  const byMaker = {
    openai: createOpenAiEmbeddings({ endpoint: createOpenAiEndpoint(resource), http }),
    cohere: createCohereEmbeddings(cohere),
  };
  const rerank = createCohereRerank(cohere);
  return {
    embedding: (attempt) => {
      const isCohere = attempt.offer.model?.startsWith('cohere/') === true;
      return byMaker[isCohere ? 'cohere' : 'openai']({ ...attempt, offer: deployed(attempt.offer) });
    },
    rerank: (attempt) => rerank({ ...attempt, offer: deployed(attempt.offer) }),
  };
}
