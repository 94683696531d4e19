import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ActingKey, SubmittedLine } from '../../workflows/contracts/submissions.js';

export interface ActingTerms {
  /** The request is to be read, and nothing is to come of it. */
  readonly checkOnly?: boolean;
  readonly line?: SubmittedLine | undefined;
}

interface Acting extends ActingTerms {
  readonly key: ActingKey;
}

const acting = new AsyncLocalStorage<Acting>();

/** Runs what the gateway itself sends to its routes: requests that are injected meanwhile come from this key's holder. */
export function actAs<T>(key: ActingKey, send: () => PromiseLike<T>, terms: ActingTerms = {}): Promise<T> {
  // Awaited inside: an injected request begins when somebody waits for it.
  return acting.run({ ...terms, key }, async () => await send());
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

export function actingLineOf(request: FastifyRequest): SubmittedLine | undefined {
  return actingOf(request)?.line;
}

function actingOf({ raw }: FastifyRequest): Acting | undefined {
  return raw.socket instanceof Socket ? undefined : acting.getStore();
}
