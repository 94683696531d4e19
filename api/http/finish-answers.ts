import type { FastifyInstance } from 'fastify';

/**
 * Keeps the app from closing before the last byte of every answer is with the system, or its caller gone. Node's server
 * counts a connection as idle, and breaks it, as soon as its answer is in a buffer of this process: a large one that its
 * caller is slow to take would be cut off.
 */
export function registerFinishAnswers(app: FastifyInstance): void {
  let open = 0;
  let wake: (() => void) | undefined;
  app.addHook('onRequest', (_request, { raw }, done) => {
    open += 1;
    let counts = true;
    const end = (): void => {
      if (counts) open -= 1;
      counts = false;
      if (open === 0) wake?.();
    };
    // `finish` for an answer that went out, `close` for a connection that broke: either may come alone.
    raw.once('finish', end).once('close', end);
    done();
  });
  app.addHook('preClose', async () => {
    if (open === 0) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  });
}
