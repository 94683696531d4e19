import type { FastifyInstance } from 'fastify';
import type { Log } from '../dependencies.js';

/** One line for each request: which route, not which URL, because callers put secrets into those. */
export function registerAccessLog(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId } = request;
    const route = request.routeOptions.url;
    const durationMs = Math.round(reply.elapsedTime);
    log.info({ method, route, status: reply.statusCode, requestId, durationMs }, 'answered');
    done();
  });
}
