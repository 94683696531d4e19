import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonErrorPosition } from './json-error-position.js';
import { refused } from './refused-error.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent, kept only where an `Idempotency-Key` came with it: a repeat is compared by it. */
    bodyText: string | undefined;
  }
}

/** Fails on bytes that are not UTF-8 instead of altering them, and takes a byte order mark away. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bodies are JSON in UTF-8 and nothing else. No answer to a wrong one quotes it. */
export function registerJsonBody(app: FastifyInstance): void {
  app.decorateRequest('bodyText', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, readBody(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
}

function readBody(request: FastifyRequest, body: Buffer): unknown {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw refused('unsupported_media_type', 'Compressed bodies are not read. Send the body without Content-Encoding.');
  }
  if (body.length === 0) return undefined;
  const text = decode(body);
  if (request.headers['idempotency-key'] !== undefined) request.bodyText = text;
  try {
    return JSON.parse(text);
  } catch {
    const { offset, line, column } = jsonErrorPosition(text);
    const ending = offset >= text.length ? ' The text ends there too early.' : '';
    throw refused(
      'invalid_json',
      `The body is not valid JSON: at line ${line}, column ${column} (offset ${offset}).${ending}`,
    );
  }
}

function decode(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch {
    throw refused('invalid_json', 'The body is not valid JSON: it has bytes that are not UTF-8.');
  }
}
