import type { FastifyInstance } from 'fastify';

/** Every response names its request, errors included; those of a process that is about to stop ask to connect anew. */
export function registerResponseHeaders(app: FastifyInstance, isDraining: () => boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (isDraining()) reply.header('connection', 'close');
    done();
  });
}
