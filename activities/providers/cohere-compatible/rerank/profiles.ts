/** In what a vendor whose reranking is in Cohere's form differs from Cohere. */
export interface RerankProfile {
  /** Behind the vendor's base URL. */
  readonly path: string;
  readonly topField: 'top_n' | 'top_k';
  /** Where its results stand in the answer. */
  readonly resultsField: 'results' | 'data';
  /** Whether it takes `{text}` and `{image}` in place of texts. */
  readonly takesImages?: true;
  /** Whether it takes `max_tokens_per_doc`; others cut by rules of their own. */
  readonly takesMaxTokens?: true;
  /** Whether it gives the documents back unless it is told not to: the gateway has them. */
  readonly returnsDocuments?: true;
  /** Whether fields that the gateway does not know go there as they are, and its answer comes back whole. */
  readonly speaksCohere?: true;
  readonly maxDocuments?: number;
}

/** https://docs.cohere.com/reference/rerank. */
export const COHERE_RERANK: RerankProfile = {
  ...{ path: '/v2/rerank', topField: 'top_n', resultsField: 'results' },
  takesMaxTokens: true,
  speaksCohere: true,
};

/** By the vendor's name in the catalogue; Cohere itself, and clouds that serve its models, are called by their own ways. */
export const RERANK_PROFILES: { readonly [vendor: string]: RerankProfile | undefined } = {
  // https://help.aliyun.com/zh/model-studio/text-rerank-api: "compatible-api", beside the address of the compatible mode.
  alibaba: { path: '/reranks', topField: 'top_n', resultsField: 'results' },
  // https://docs.fireworks.ai/api-reference/rerank-documents
  fireworks: { path: '/rerank', topField: 'top_n', resultsField: 'data', returnsDocuments: true },
  // https://api.jina.ai/redoc#tag/rerank
  jina: { path: '/rerank', topField: 'top_n', resultsField: 'results', takesImages: true, returnsDocuments: true },
  // https://docs.voyageai.com/reference/reranker-api: "the number of documents cannot exceed 1,000".
  voyage: { path: '/rerank', topField: 'top_k', resultsField: 'data', maxDocuments: 1_000 },
};
