import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectStore, StoredObject } from '../../workflows/contracts/objects.js';
import { readByteRange } from './byte-range.js';
import { cutWhereUnread } from './caller-connection.js';
import { refused } from './refused-error.js';

/** Answers with an object's bytes, or with the range of them that is asked for. Nothing of it runs in a browser. */
export async function sendObject(
  { objects, slowReaderMs }: { readonly objects: ObjectStore; readonly slowReaderMs: number },
  object: StoredObject,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const range = readByteRange(request.headers.range, object.bytes);
  const bytes = await objects.read(object, range);
  if (!bytes) throw refused(object.kind === 'file' ? 'file_not_found' : 'object_not_found');
  cutWhereUnread(reply, slowReaderMs);
  const { start, end } = range ?? { start: 0, end: object.bytes - 1 };
  return reply
    .code(range ? 206 : 200)
    .headers({
      'content-type': object.mediaType,
      'content-length': String(end - start + 1),
      'content-disposition': dispositionOf(object.filename),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
      ...(range && { 'content-range': `bytes ${start}-${end}/${object.bytes}` }),
    })
    .send(Readable.from(bytes, { objectMode: false }));
}

/** RFC 6266, the name in the encoding of RFC 8187, of which only what needs none is left as it is. */
function dispositionOf(filename: string | undefined): string {
  if (filename === undefined) return 'attachment';
  // Halves of surrogate pairs, which cannot be encoded, become U+FFFD on the way through bytes.
  const encoded = encodeURIComponent(Buffer.from(filename).toString()).replace(/['()*]/g, percent);
  return `attachment; filename*=UTF-8''${encoded}`;
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
