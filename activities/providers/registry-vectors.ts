import { createCohereEmbeddings } from './cohere-compatible/embeddings/create-cohere-embeddings.js';
import { createCohereEndpoint } from './cohere-compatible/cohere-endpoint.js';
import { createCohereRerank } from './cohere-compatible/rerank/create-cohere-rerank.js';
import { RERANK_PROFILES } from './cohere-compatible/rerank/profiles.js';
import type { VendorHttp } from './http.js';
import { createOpenAiEmbeddings } from './openai-compatible/embeddings/create-openai-embeddings.js';
import { EMBEDDINGS_PROFILES } from './openai-compatible/embeddings/profiles.js';
import { createOpenAiModerations } from './openai-compatible/moderations/create-openai-moderations.js';
import type { MediaCapabilities } from './port.js';
import { createBearerEndpoint } from './vendor-endpoint.js';

/** Of vendors that are data: how they embed, rank and judge, where they do. */
export function vectorsOf(
  vendor: string,
  { baseUrl, apiKey, http }: { readonly baseUrl: string; readonly apiKey: string | undefined; readonly http: VendorHttp },
): MediaCapabilities {
  if (vendor === 'cohere') {
    const cohere = { endpoint: createCohereEndpoint(baseUrl, apiKey), http };
    return { embedding: createCohereEmbeddings(cohere), rerank: createCohereRerank(cohere) };
  }
  const endpoint = createBearerEndpoint(baseUrl, apiKey);
  const [embeddings, rerank] = [EMBEDDINGS_PROFILES[vendor], RERANK_PROFILES[vendor]];
  return {
    ...(embeddings && { embedding: createOpenAiEmbeddings({ endpoint, http, profile: embeddings }) }),
    ...(rerank && {
      rerank: createCohereRerank({
        endpoint: createBearerEndpoint(rerankBase(vendor, baseUrl), apiKey),
        http,
        profile: rerank,
      }),
    }),
    ...(vendor === 'mistral' && { moderation: createOpenAiModerations({ endpoint, http, textOnly: true }) }),
  };
}

/** Model Studio has reranking beside what is compatible with OpenAI (https://help.aliyun.com/zh/model-studio/text-rerank-api). */
function rerankBase(vendor: string, baseUrl: string): string {
  return vendor === 'alibaba' ? baseUrl.replace('/compatible-mode/', '/compatible-api/') : baseUrl;
}
