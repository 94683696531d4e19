import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../app.js';
import { createFakeWorld, INFERENCE_KEY } from './fake-dependencies.js';
import type { FakeWorld } from './fake-world.js';

export interface OpenApp {
  readonly app: FastifyInstance;
  readonly world: FakeWorld;
  readonly baseUrl: string;
  /** A chat request on a real connection. */
  chat(body: object, options?: { readonly headers?: object; readonly signal?: AbortSignal }): Promise<Response>;
  close(): Promise<void>;
}

/** The API on a real socket, for what `inject` cannot show: broken connections, keep-alive and backpressure. */
export async function openApp(settings?: Parameters<typeof createFakeWorld>[0]): Promise<OpenApp> {
  const world = createFakeWorld(settings);
  const app = buildApp(world.deps);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    app,
    world,
    baseUrl,
    chat: (body, { headers = {}, signal } = {}) =>
      fetch(`${baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${INFERENCE_KEY}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      }),
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
