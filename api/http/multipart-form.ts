import multipart from '@fastify/multipart';
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { refused } from './refused-error.js';

/** A file of a form, whole: forms for inference are as small as bodies are. */
export interface FormFile {
  /** The field that it came by, without the `[]` of lists. */
  readonly field: string;
  readonly filename: string;
  /** As its sender calls it, which need not be true. */
  readonly mediaType: string;
  readonly data: Buffer;
}

export interface Form {
  /** Texts by field; those of a field that came as `name[]`, or twice, are lists. */
  readonly fields: JsonObject;
  readonly files: readonly FormFile[];
}

const MAX_FIELDS = 200;
const MAX_FILES = 20;
const MAX_FIELD_BYTES = 1_048_576;

/** Lets the routes of this scope read forms beside JSON. */
export function registerMultipart(scope: FastifyInstance, maxBodyBytes: number): void {
  scope.register(multipart, {
    limits: {
      fileSize: maxBodyBytes,
      fieldSize: MAX_FIELD_BYTES,
      fields: MAX_FIELDS,
      files: MAX_FILES,
      parts: MAX_FIELDS + MAX_FILES,
    },
  });
}

export function isForm(request: FastifyRequest): boolean {
  return request.isMultipart();
}

/**
 * Reads a form (`multipart/form-data`, RFC 7578) whole. With an `Idempotency-Key` it leaves what a repeat is compared by: fields
 * and files by their hash, because each time a client sends the same form it draws another boundary.
 * @throws RefusalError `invalid_request`, `body_too_large`.
 */
export async function readForm(request: FastifyRequest, maxBodyBytes: number): Promise<Form> {
  const fields: Record<string, JsonObject[string]> = {};
  const files: FormFile[] = [];
  let bytes = 0;
  for await (const part of readParts(request)) {
    const name = part.fieldname.replace(/\[\]$/, '');
    if (part.type === 'file') {
      const data = await part.toBuffer();
      bytes += data.length;
      files.push({ field: name, filename: part.filename, mediaType: part.mimetype, data });
    } else {
      const value = String(part.value);
      bytes += Buffer.byteLength(value);
      fields[name] = joined(fields[name], value, part.fieldname.endsWith('[]'));
    }
    if (bytes > maxBodyBytes) throw refused('body_too_large');
  }
  if (request.headers['idempotency-key'] !== undefined) request.bodyText = comparableText(fields, files);
  return { fields, files };
}

async function* readParts(request: FastifyRequest) {
  try {
    yield* request.parts();
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw refused('body_too_large');
    if (code?.startsWith('FST_') !== true && !(error instanceof Error && error.message.includes('multipart')))
      throw error;
    throw refused('invalid_request', 'The body is no whole form. Send multipart/form-data with its closing boundary.');
  }
}

function joined(before: JsonObject[string] | undefined, value: string, isList: boolean): JsonObject[string] {
  if (before === undefined) return isList ? [value] : value;
  return Array.isArray(before) ? [...(before as readonly string[]), value] : [before, value];
}

function comparableText(fields: JsonObject, files: readonly FormFile[]): string {
  const hashes = files.map(({ field, filename, data }) => [
    field,
    filename,
    createHash('sha256').update(data).digest('hex'),
  ]);
  return JSON.stringify([Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1)), hashes]);
}
