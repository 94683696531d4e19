import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ActingKey } from '../../workflows/contracts/submissions.js';

interface Acting {
  readonly key: ActingKey;
  /** The request is to be read, and nothing is to come of it. */
  readonly checkOnly: boolean;
}

const acting = new AsyncLocalStorage<Acting>();

/** Runs what the gateway itself sends to its routes: requests that are injected meanwhile come from this key's holder. */
export function actAs<T>(key: ActingKey, send: () => Promise<T>, { checkOnly = false } = {}): Promise<T> {
  return acting.run({ key, checkOnly }, send);
}

/**
 * The key that an injected request acts by. Nothing that a request says leads here: it is carried beside the request, and
 * what came over a connection has none, whatever it was made in the course of.
 */
export function actingKeyOf(request: FastifyRequest): ActingKey | undefined {
  return actingOf(request)?.key;
}

/** Whether a request that has been read whole goes no further. */
export function isCheckOnly(request: FastifyRequest): boolean {
  return actingOf(request)?.checkOnly === true;
}

function actingOf({ raw }: FastifyRequest): Acting | undefined {
  return raw.socket instanceof Socket ? undefined : acting.getStore();
}
