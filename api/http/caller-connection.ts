import { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/** The connection that an answer is waited for on. */
export interface CallerConnection {
  readonly gone: boolean;
  /** Calls back once if the connection breaks before the answer is whole, at once where it has broken already. */
  onGone(listener: () => void): void;
}

/** Watches from the moment of the call, so that nobody who leaves while a request is being started is missed. */
export function watchConnection({ raw }: FastifyReply): CallerConnection {
  let gone = raw.destroyed;
  const listeners: (() => void)[] = [];
  raw.once('close', () => {
    if (raw.writableFinished) return;
    gone = true;
    for (const listener of listeners.splice(0)) listener();
  });
  // A write to a connection that has just broken is no fault: `close` follows.
  raw.on('error', () => {});
  return {
    get gone() {
      return gone;
    },
    onGone: (listener) => {
      if (gone) listener();
      else listeners.push(listener);
    },
  };
}

/**
 * Breaks the connection of a caller that takes nothing of its answer for so long: it would hold its place among the
 * requests in flight for ever. Each piece that the system takes starts the time anew, and the answer's end stops it.
 */
export function cutWhereUnread({ raw }: FastifyReply, slowReaderMs: number): void {
  // An injected request, of a test, has no socket.
  if (raw.socket instanceof Socket) raw.setTimeout(slowReaderMs);
}
