import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { run, setup } from './run.mjs';

const options = { token: setup.apiKey, environment: setup.origin };
const v2 = new CohereClientV2(options);
const v1 = new CohereClient(options);
const { model, query, documents } = setup;

await run(['cohere-ai'], {
  v2: async () => v2.rerank({ model, query, documents, topN: 2 }),
  v1: async () => v1.rerank({ model, query, documents: documents.map((text) => ({ text })), returnDocuments: true }),
  refused: async () => {
    try {
      return await v2.rerank({ model: 'nobody/knows', query, documents }, { maxRetries: 0 });
    } catch (error) {
      const { statusCode, body } = error;
      return { isCohereError: error instanceof CohereError, statusCode, message: body?.message };
    }
  },
});
