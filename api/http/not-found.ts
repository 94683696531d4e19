import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused, RefusedError } from './refused-error.js';

/** Says that a URL is unknown, or that it is known but not for this method, before a body is read. */
export function registerNotFound(app: FastifyInstance): void {
  app.setNotFoundHandler(notFound);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) notFound(request);
    done();
  });
}

function notFound(request: FastifyRequest): never {
  const { method, url } = request;
  const [path = ''] = url.split('?');
  const allowed = request.server.routeTable.methodsOf(path);
  // The path is the caller's own text, of any length and of any bytes, so it is not echoed.
  if (allowed.length === 0) throw refused('not_found');
  const message = `Not allowed: ${method} on this URL. It takes ${allowed.join(', ')}.`;
  throw new RefusedError({ code: 'method_not_allowed', message }, { headers: { allow: allowed.join(', ') } });
}
