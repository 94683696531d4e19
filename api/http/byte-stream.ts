import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { drained } from './event-stream.js';

/** Bare bytes to one caller, as they come. Headers go out with the first, so that until then the answer may still be an error. */
export interface ByteStream {
  readonly begun: boolean;
  /** Resolves once there is room for more. `false` where nobody reads any more: the connection is gone or too slow. */
  write(bytes: Uint8Array, headers: { readonly [name: string]: string }): Promise<boolean>;
  /** Ends a whole answer. */
  end(): void;
  /** Breaks the connection: bytes have no other way to say that they are not all. */
  breakOff(): void;
}

export function createByteStream(reply: FastifyReply, slowReaderMs: number): ByteStream {
  const { raw } = reply;
  let begun = false;
  return {
    get begun() {
      return begun;
    },
    write: async (bytes, headers) => {
      if (raw.destroyed) return false;
      if (!begun) {
        begun = true;
        reply.hijack();
        // `no-transform` keeps a proxy from gathering what should go out at once.
        reply.headers({ ...headers, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
        raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
      }
      return raw.write(bytes) ? true : drained(reply, slowReaderMs);
    },
    end: () => {
      if (raw.destroyed) return;
      raw.end();
      // What a reader does not take in this time it will not take at all.
      const timer = setTimeout(() => raw.destroy(), slowReaderMs).unref();
      raw.once('close', () => clearTimeout(timer));
    },
    breakOff: () => void raw.destroy(),
  };
}
