import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Server-sent events to one caller. Headers go out with the first byte, so that until then the answer may still be an error. */
export interface EventStream {
  readonly begun: boolean;
  /** Resolves once there is room for more. `false` where nobody reads any more: the connection is gone or too slow. */
  write(text: string): Promise<boolean>;
  /** Writes the last bytes and ends the stream, which nothing may follow. */
  end(text: string): void;
  /** Lets go without a byte, for an answer that is none of this stream. */
  abandon(): void;
}

export interface EventStreamOptions {
  /** Silence after which something is sent that means nothing, headers before it where none have gone out; never where absent. */
  readonly keepAliveMs?: number | undefined;
  /** How long one write may wait for its reader. */
  readonly slowReaderMs: number;
  /** What is sent then; a comment where the dialect has nothing better. */
  readonly keepAlive?: string | undefined;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // `no-transform` keeps a proxy from compressing, and so from gathering, what should go out at once.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

const KEEP_ALIVE = ': keep-alive\n\n';

export function createEventStream(reply: FastifyReply, options: EventStreamOptions): EventStream {
  const { raw } = reply;
  let begun = false;
  let full = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    reply.hijack();
    reply.headers(HEADERS);
    raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
  };
  const keepAlive = (): void => {
    // A comment behind bytes that nobody takes would only add to them.
    if (full || raw.destroyed) return;
    begin();
    full = !raw.write(options.keepAlive ?? KEEP_ALIVE);
  };
  const silence = options.keepAliveMs === undefined ? undefined : setInterval(keepAlive, options.keepAliveMs);
  raw.on('drain', () => {
    full = false;
  });
  raw.once('close', () => clearInterval(silence));
  return {
    get begun() {
      return begun;
    },
    write: async (text) => {
      if (raw.destroyed) return false;
      begin();
      silence?.refresh();
      full = !raw.write(text);
      return full ? drained(reply, options.slowReaderMs) : true;
    },
    end: (text) => {
      clearInterval(silence);
      if (raw.destroyed) return;
      begin();
      raw.end(text);
      // What a reader does not take in this time it will not take at all.
      const timer = setTimeout(() => raw.destroy(), options.slowReaderMs).unref();
      raw.once('close', () => clearTimeout(timer));
    },
    abandon: () => clearInterval(silence),
  };
}

/** True once there is room again; false where nobody made any in this time, or the connection is gone. */
export function drained({ raw }: FastifyReply, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (room: boolean) => (): void => {
      clearTimeout(timer);
      raw.off('drain', onDrain).off('close', onClose);
      resolve(room);
    };
    const onDrain = settle(true);
    const onClose = settle(false);
    const timer = setTimeout(onClose, timeoutMs);
    raw.on('drain', onDrain).on('close', onClose);
  });
}
