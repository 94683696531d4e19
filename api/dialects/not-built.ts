import type { FastifyInstance } from 'fastify';
import type { EndpointScope } from '../../workflows/contracts/access.js';
import { refused } from '../http/refused-error.js';
import type { InferenceHooks } from '../http/inference-hooks.js';

/** What a key must be allowed to call each of these addresses, by the address; `*` stands for everything below. */
type NotBuilt = { readonly [url: string]: EndpointScope };

/** Endpoints of OpenAI's API that will be built and are not yet. */
export const OPENAI_NOT_BUILT: NotBuilt = {
  '/v1/responses/compact': 'responses',
};

/** Says so before the body is read, whatever type it is of, in the dialect of the scope that it is registered in. */
export function registerNotBuilt(app: FastifyInstance, [authenticate]: InferenceHooks, routes: NotBuilt): void {
  const refuse = (): never => {
    throw refused('not_implemented');
  };
  for (const [url, scope] of Object.entries(routes)) {
    const config = { kind: 'not_built', scope } as const;
    app.route({ method: ['GET', 'POST', 'DELETE'], url, config, onRequest: [authenticate, refuse], handler: refuse });
  }
}
