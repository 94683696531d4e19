import multipart, { type Multipart } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { refused } from './refused-error.js';

/** A file of a form, whose bytes come as they are read. */
export interface FormFile {
  readonly filename: string | undefined;
  readonly mediaType: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A form with one file in it. Its other fields may stand before the file and behind it. */
export interface Form {
  readonly file: FormFile;
  /** All other fields; can be read only when the file is at its end. */
  fields(): Promise<{ readonly [name: string]: unknown }>;
}

const fieldsMax = 32;
const fieldBytesMax = 64 * 1024;
/** What a form has besides its file, at most. */
const overheadBytes = fieldsMax * fieldBytesMax;

/** Lets the routes of a scope take `multipart/form-data`. */
export function registerForms(scope: FastifyInstance): void {
  void scope.register(multipart, {
    throwFileSizeLimit: false,
    // The size of files is the store's to bound: this cap only keeps the package's own, which is that of JSON, out of the way.
    limits: { files: 1, fields: fieldsMax, fieldSize: fieldBytesMax, fileSize: Number.MAX_SAFE_INTEGER },
  });
}

/**
 * Reads a form as it comes, without holding its file. Whatever `work` leaves unread is thrown away, so that a caller who is
 * refused early can send to its end and read why.
 * @throws RefusalError `unsupported_media_type`, `file_too_large`, `invalid_request`.
 */
export async function withForm<T>(
  request: FastifyRequest,
  { fileField, maxBytes }: { readonly fileField: string; readonly maxBytes: number },
  work: (form: Form) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) {
    const message = `Send a form: 'Content-Type: multipart/form-data' with a boundary, the file in '${fileField}'.`;
    throw refused('unsupported_media_type', message);
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + overheadBytes) throw tooLarge(maxBytes);
  const parts = request.parts();
  try {
    return await work(await readToFile(parts, fileField));
  } catch (error) {
    throw toFormRefusal(error);
  } finally {
    request.raw.unpipe();
    request.raw.resume();
  }
}

function tooLarge(maxBytes: number): Error {
  return refused('file_too_large', `The file is larger than ${maxBytes} bytes. Send a smaller one.`);
}

async function readToFile(parts: AsyncIterableIterator<Multipart>, fileField: string): Promise<Form> {
  const fields: [string, unknown][] = [];
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    const part = next.value;
    if (part.type === 'field') {
      fields.push(readField(part));
      continue;
    }
    if (part.fieldname !== fileField) throw unexpectedFile(fileField);
    return {
      file: { filename: part.filename || undefined, mediaType: part.mimetype || undefined, bytes: part.file },
      fields: async () => Object.fromEntries([...fields, ...(await readRest(parts, fileField))]),
    };
  }
  const message = `The form has no file in '${fileField}'. Send one, with a filename.`;
  throw refused('invalid_request', message, { param: fileField });
}

async function readRest(
  parts: AsyncIterableIterator<Multipart>,
  fileField: string,
): Promise<readonly [string, unknown][]> {
  const fields: [string, unknown][] = [];
  for await (const part of parts) {
    if (part.type === 'file') throw unexpectedFile(fileField);
    fields.push(readField(part));
  }
  return fields;
}

function readField({ fieldname, value, ...part }: Multipart & { readonly type: 'field' }): [string, unknown] {
  if (part.fieldnameTruncated || part.valueTruncated) {
    throw refused('invalid_request', `A field of the form is longer than ${fieldBytesMax} bytes.`);
  }
  return [fieldname, value];
}

function unexpectedFile(fileField: string): Error {
  return refused('invalid_request', `The form may have one file, in '${fileField}'.`, { param: fileField });
}

/** What the package and its parser throw: codes of the former, and errors without a code, which the latter means by them. */
function toFormRefusal(error: unknown): unknown {
  if (error instanceof RefusalError || !(error instanceof Error)) return error;
  const { code } = error as { readonly code?: unknown };
  const isParsers = code === undefined && /multipart|part terminated|part header|boundary/i.test(error.message);
  if (!isParsers && !(typeof code === 'string' && code.startsWith('FST_'))) return error;
  const limits = `at most ${fieldsMax} fields and one file`;
  return refused('invalid_request', `The body is not a form that can be read: it must be whole, with ${limits}.`);
}
