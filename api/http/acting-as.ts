import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ActingKey } from '../../workflows/contracts/submissions.js';

const acting = new AsyncLocalStorage<ActingKey>();

/** Runs what the gateway itself sends to its routes: requests that are injected meanwhile come from this key's holder. */
export function actAs<T>(key: ActingKey, send: () => Promise<T>): Promise<T> {
  return acting.run(key, send);
}

/**
 * The key that an injected request acts by. Nothing that a request says leads here: it is carried beside the request, and
 * what came over a connection has none, whatever it was made in the course of.
 */
export function actingKeyOf(request: FastifyRequest): ActingKey | undefined {
  return request.raw.socket instanceof Socket ? undefined : acting.getStore();
}
