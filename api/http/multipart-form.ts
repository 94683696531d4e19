import { createHash } from 'node:crypto';
import multipart, { type Multipart, type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { isUnsizedPicture, PICTURE_HEAD_BYTES } from './image-probe.js';
import { type SplitStream, splitHead } from './split-head.js';
import { refused } from './refused-error.js';

/** A file of a form. */
export interface FormFile {
  /** The field that it came by, without the `[]` of lists. */
  readonly field: string;
  readonly filename: string;
  /** As its sender calls it, which need not be true. */
  readonly mediaType: string;
  /** How many it has. */
  readonly bytes: number;
  /** All of them where the file is not stored, else the first of them, more than `CARRIED_BYTES`. */
  readonly head: Buffer;
  /** The object that holds the whole, of a file that is too large to be carried in its call. */
  readonly storedId?: string;
}

export interface Form {
  /** Texts by field; those of a field that came as `name[]`, or twice, are lists. */
  readonly fields: JsonObject;
  readonly files: readonly FormFile[];
}

/** Where large files go while they are read. */
export type KeepFile = (file: {
  readonly mediaType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}) => Promise<{ readonly id: string; readonly bytes: number; readonly sha256: string }>;

export interface FormLimits {
  /** Of what is carried: the texts and the small files together. */
  readonly maxBodyBytes: number;
  /** Of the large files together. */
  readonly maxFileBytes: number;
}

/**
 * A file of no more than this is carried in its call, sealed with it: most pictures and short recordings are, and it spares
 * them four trips to the database and one to the store. Twenty such files are less than a body may have.
 */
export const CARRIED_BYTES = 1_048_576;

const MAX_FIELDS = 200;
const MAX_FILES = 20;
const MAX_FIELD_BYTES = 1_048_576;

/** Lets the routes of this scope read forms beside JSON. */
export function registerMultipart(scope: FastifyInstance): void {
  scope.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      // Files are bounded as they are read, all of them together.
      fileSize: Number.MAX_SAFE_INTEGER,
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
 * Reads a form (`multipart/form-data`, RFC 7578): small files whole, large ones into the store as they come. With an
 * `Idempotency-Key` it leaves what a repeat is compared by: fields and files by their hash, because each time a client sends the
 * same form it draws another boundary.
 * @throws RefusalError `invalid_request`, `body_too_large`, `file_too_large`; whatever `keep` throws.
 */
export async function readForm(request: FastifyRequest, limits: FormLimits, keep: KeepFile): Promise<Form> {
  const told = Number(request.headers['content-length'] ?? 0);
  try {
    if (told > limits.maxBodyBytes + limits.maxFileBytes) throw tooLarge(limits);
    const { fields, files } = await readParts(request.parts(), limits, keep);
    if (request.headers['idempotency-key'] !== undefined) request.bodyText = comparableText(fields, files);
    return { fields, files: files.map(({ file }) => file) };
  } catch (error) {
    throw toFormRefusal(error);
  } finally {
    // What is left unread is thrown away, so that a caller who is refused early can send to its end and read why.
    request.raw.unpipe();
    request.raw.resume();
  }
}

interface ReadFile {
  readonly file: FormFile;
  readonly sha256: string;
}

interface Budget {
  /** @throws RefusalError `body_too_large`. */
  carry(bytes: number): void;
  /** @throws RefusalError `file_too_large`. */
  store(bytes: number): void;
}

async function readParts(
  parts: AsyncIterable<Multipart>,
  limits: FormLimits,
  keep: KeepFile,
): Promise<{ readonly fields: JsonObject; readonly files: readonly ReadFile[] }> {
  const fields: Record<string, JsonObject[string]> = {};
  const files: ReadFile[] = [];
  const budget = budgetOf(limits);
  for await (const part of parts) {
    const name = part.fieldname.replace(/\[\]$/, '');
    if (part.type === 'file') {
      files.push(await readFile(name, part, budget, keep));
      continue;
    }
    if (part.valueTruncated || part.fieldnameTruncated) throw refused('body_too_large');
    const value = String(part.value);
    budget.carry(Buffer.byteLength(value));
    fields[name] = joined(fields[name], value, part.fieldname.endsWith('[]'));
  }
  return { fields, files };
}

async function readFile(
  field: string,
  { filename, mimetype: mediaType, file }: MultipartFile,
  budget: Budget,
  keep: KeepFile,
): Promise<ReadFile> {
  const { head, rest } = await readHead(file);
  const named = { field, filename, mediaType };
  if (rest === undefined) {
    budget.carry(head.length);
    return { file: { ...named, bytes: head.length, head }, sha256: createHash('sha256').update(head).digest('hex') };
  }
  const bytes = counted([head], rest, budget);
  const { id: storedId, sha256, ...kept } = await keep({ mediaType, bytes });
  return { file: { ...named, bytes: kept.bytes, head, storedId }, sha256 };
}

/** Of a picture so much that its size is in it; it is stored no less for that. */
async function readHead(file: AsyncIterable<Uint8Array>): Promise<SplitStream> {
  const { head, rest } = await splitHead(file, CARRIED_BYTES);
  if (rest === undefined || !isUnsizedPicture(head)) return { head, ...(rest && { rest }) };
  const more = await splitHead(rest, PICTURE_HEAD_BYTES - head.length);
  return { head: Buffer.concat([head, more.head]), rest: more.rest ?? nothing() };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* counted(
  head: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  for (const piece of head) {
    budget.store(piece.length);
    yield piece;
  }
  for await (const piece of rest) {
    budget.store(piece.length);
    yield piece;
  }
}

function budgetOf(limits: FormLimits): Budget {
  let [carried, stored] = [0, 0];
  return {
    carry: (bytes) => {
      carried += bytes;
      if (carried > limits.maxBodyBytes) throw refused('body_too_large');
    },
    store: (bytes) => {
      stored += bytes;
      if (stored > limits.maxFileBytes) throw tooLarge(limits);
    },
  };
}

function tooLarge({ maxFileBytes }: FormLimits): Error {
  return refused('file_too_large', `The files of the form have more than ${maxFileBytes} bytes. Send smaller ones.`);
}

/** What the library and its parser throw; whatever it is about, it may quote the form, and so its words are not used. */
function toFormRefusal(error: unknown): unknown {
  if (error instanceof RefusalError || !isOfForm(error)) return error;
  const { code } = error as { readonly code?: string };
  if (LIMIT_CODES.has(code ?? '')) {
    return refused('invalid_request', `A form may have ${MAX_FIELDS} fields and ${MAX_FILES} files at the most.`);
  }
  return refused('invalid_request', 'The body is no whole form. Send multipart/form-data with its closing boundary.');
}

/** Codes of the package, errors without a code, which its parser means by them, and a connection that broke within the form. */
function isOfForm(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError) return false;
  const { code } = error as { readonly code?: unknown };
  if (code === undefined) return /multipart|part terminated|part header|boundary|unexpected end/i.test(error.message);
  return (
    typeof code === 'string' && (code.startsWith('FST_') || code === 'ECONNRESET' || code.endsWith('PREMATURE_CLOSE'))
  );
}

const LIMIT_CODES: ReadonlySet<string> = new Set(['FST_PARTS_LIMIT', 'FST_FILES_LIMIT', 'FST_FIELDS_LIMIT']);

function joined(before: JsonObject[string] | undefined, value: string, isList: boolean): JsonObject[string] {
  if (before === undefined) return isList ? [value] : value;
  return Array.isArray(before) ? [...(before as readonly string[]), value] : [before, value];
}

function comparableText(fields: JsonObject, files: readonly ReadFile[]): string {
  const hashes = files.map(({ file: { field, filename }, sha256 }) => [field, filename, sha256]);
  return JSON.stringify([Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1)), hashes]);
}
