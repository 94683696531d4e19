import type { FastifyInstance } from 'fastify';
import { refused } from '../http/refused-error.js';
import type { InferenceHooks } from '../http/inference-hooks.js';

/** Endpoints of OpenAI's API that will be built and are not yet. `*` stands for everything below. */
export const OPENAI_NOT_BUILT = [
  '/v1/responses',
  '/v1/responses/*',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/rerank',
  '/v1/images/*',
  '/v1/audio/*',
  '/v1/videos',
  '/v1/videos/*',
  '/v1/batches',
  '/v1/batches/*',
  '/v1/files',
  '/v1/files/*',
  '/v1/uploads',
  '/v1/uploads/*',
  '/v1/moderations',
] as const;

export const ANTHROPIC_NOT_BUILT = ['/v1/messages', '/v1/messages/count_tokens'] as const;

/** Says so before the body is read, whatever type it is of, in the dialect of the scope that it is registered in. */
export function registerNotBuilt(app: FastifyInstance, [authenticate]: InferenceHooks, urls: readonly string[]): void {
  const refuse = (): never => {
    throw refused('not_implemented');
  };
  for (const url of urls) {
    const config = { kind: 'not_built' } as const;
    app.route({ method: ['GET', 'POST', 'DELETE'], url, config, onRequest: [authenticate, refuse], handler: refuse });
  }
}
