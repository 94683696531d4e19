import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const sweepEveryMs = 100;

/**
 * Gives what ends the API after the responses under way, which the API waits for itself. A connection that a client opened
 * in advance and never used, which Node counts as busy, would stay until its timeout and hold the process for a minute.
 */
export function createAppCloser(app: FastifyInstance): () => Promise<void> {
  const connections = new Set<Socket>();
  app.server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const closeUnused = (): void => {
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
