import multipart from '@fastify/multipart';
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
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
  try {
    const form = await readParts(request, maxBodyBytes);
    if (request.headers['idempotency-key'] !== undefined) request.bodyText = comparableText(form.fields, form.files);
    return form;
  } catch (error) {
    throw toFormRefusal(error);
  }
}

async function readParts(request: FastifyRequest, maxBodyBytes: number): Promise<Form> {
  const fields: Record<string, JsonObject[string]> = {};
  const files: FormFile[] = [];
  let bytes = 0;
  for await (const part of request.parts()) {
    const name = part.fieldname.replace(/\[\]$/, '');
    if (part.type === 'file') {
      const data = await part.toBuffer();
      bytes += data.length;
      files.push({ field: name, filename: part.filename, mediaType: part.mimetype, data });
    } else {
      if (part.valueTruncated || part.fieldnameTruncated) throw refused('body_too_large');
      const value = String(part.value);
      bytes += Buffer.byteLength(value);
      fields[name] = joined(fields[name], value, part.fieldname.endsWith('[]'));
    }
    if (bytes > maxBodyBytes) throw refused('body_too_large');
  }
  return { fields, files };
}

/** What the library and its parser throw; whatever it is about, it may quote the form, and so its words are not used. */
function toFormRefusal(error: unknown): Error {
  if (error instanceof RefusalError || error instanceof TypeError) return error;
  const { code } = error as { readonly code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') return refused('body_too_large');
  if (LIMIT_CODES.has(code ?? '')) {
    return refused('invalid_request', `A form may have ${MAX_FIELDS} fields and ${MAX_FILES} files at the most.`);
  }
  return refused('invalid_request', 'The body is no whole form. Send multipart/form-data with its closing boundary.');
}

const LIMIT_CODES: ReadonlySet<string> = new Set(['FST_PARTS_LIMIT', 'FST_FILES_LIMIT', 'FST_FIELDS_LIMIT']);

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
