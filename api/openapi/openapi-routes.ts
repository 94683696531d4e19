import type { FastifyInstance } from 'fastify';
import { renderOpenApi } from './document.js';

/** `GET /openapi.json`, without a key: it says nothing of this gateway that its source does not. */
export function registerOpenApiRoutes(app: FastifyInstance): void {
  let document: string | undefined;
  app.get('/openapi.json', { config: { kind: 'docs' } }, (_request, reply) => {
    // Made at the first question: most processes are never asked.
    document ??= JSON.stringify(renderOpenApi());
    return reply.type('application/json').header('cache-control', 'public, max-age=300').send(document);
  });
}
