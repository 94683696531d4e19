import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Every response names its request, errors included; those of a process that is about to stop ask to connect anew. */
export function registerResponseHeaders(app: FastifyInstance, isDraining: () => boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (isDraining()) reply.header('connection', 'close');
    done();
  });
  // An answer that had begun before could not say so: its connection, kept alive, would keep the process for a minute.
  app.addHook('onResponse', (request, _reply, done) => {
    const { socket } = request.raw;
    // An injected request, of a test, has none.
    if (isDraining() && socket instanceof Socket) socket.destroySoon();
    done();
  });
}
