import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const sweepEveryMs = 100;

/**
 * Gives what ends the API after the responses under way. Fastify closes the connections that are idle when it begins to
 * close. One whose stream ends later, and one that a client opened in advance and never used (which Node counts as busy),
 * would stay until their timeouts and hold the process for a minute.
 */
export function createAppCloser(app: FastifyInstance): () => Promise<void> {
  const connections = new Set<Socket>();
  app.server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const closeUnused = (): void => {
    app.server.closeIdleConnections();
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  };
  return async () => {
    const sweeping = setInterval(closeUnused, sweepEveryMs);
    try {
      await app.close();
    } finally {
      clearInterval(sweeping);
    }
  };
}
