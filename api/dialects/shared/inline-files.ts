import type { FastifyRequest } from 'fastify';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import type { StoredObject } from '../../../workflows/contracts/objects.js';
import type { AppDependencies } from '../../dependencies.js';
import { callerOf } from '../../http/authenticate.js';
import { refused } from '../../http/refused-error.js';
import { fileMediaType } from './media-source.js';
import { OWN_FILE_ID } from './own-files.js';

/** Below it no dialect has a file; a body may be nested as deep as its sender likes. */
const DEPTH_MAX = 12;
const CONVERSATION_FIELDS = ['messages', 'input'];

/** A file as it stands in a request when its bytes come along. */
export interface InlinedFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

interface Found {
  readonly id: string;
  readonly path: string;
}

/**
 * Gives a hook that puts the bytes of the project's own files in the place of their ids, so that the models of every vendor
 * can be asked about them. Together they may be as large as a body.
 * @throws RefusalError `file_not_found`, `body_too_large`.
 */
export function inlineFilesOf(deps: Pick<AppDependencies, 'objects' | 'settings'>) {
  return async (request: FastifyRequest): Promise<void> => {
    const body = request.body as Json | undefined;
    if (!isObject(body)) return;
    const found = CONVERSATION_FIELDS.flatMap((field) => findIds(body[field], field, DEPTH_MAX));
    if (found.length === 0) return;
    const files = await readFiles(deps, callerOf(request).projectId, found);
    const fields = CONVERSATION_FIELDS.filter((field) => body[field] !== undefined);
    const inlined = fields.map((field) => [field, replaceIds(body[field], files, DEPTH_MAX)] as const);
    request.body = { ...body, ...Object.fromEntries(inlined) };
  };
}

async function readFiles(
  { objects, settings }: Pick<AppDependencies, 'objects' | 'settings'>,
  projectId: string,
  found: readonly Found[],
): Promise<ReadonlyMap<string, InlinedFile>> {
  const stored = new Map<string, StoredObject>();
  // As often as it is named, because that is how often it stands in the body.
  let bytes = 0;
  for (const { id, path } of found) {
    const file = stored.get(id) ?? (await objects.find(projectId, id));
    if (!file) throw refused('file_not_found', '', { param: path });
    stored.set(id, file);
    bytes += Math.ceil((file.bytes * 4) / 3);
    if (bytes > settings.maxBodyBytes) throw tooLarge(settings.maxBodyBytes, path);
  }
  const files = new Map<string, InlinedFile>();
  for (const [id, file] of stored) files.set(id, await readFile(objects, file));
  return files;
}

async function readFile(objects: AppDependencies['objects'], file: StoredObject): Promise<InlinedFile> {
  const pieces = await objects.read(file);
  if (!pieces) throw refused('file_not_found');
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const { filename = file.id, mediaType } = file;
  const isUnknown = mediaType === 'application/octet-stream';
  return { filename, mediaType: isUnknown ? fileMediaType(filename) : mediaType, bytes: Buffer.concat(all) };
}

function tooLarge(maxBytes: number, param: string): Error {
  const message = `The files that the request names are more than ${maxBytes} bytes together, in base64. Name fewer or smaller ones.`;
  return refused('body_too_large', message, { param });
}

function findIds(value: Json | undefined, path: string, depth: number): readonly Found[] {
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  if (isList(value)) return value.flatMap((item, index) => findIds(item, `${path}[${index}]`, depth - 1));
  const place = placeOf(value);
  if (place) return [{ id: place.id, path: `${path}.${place.path}` }];
  return Object.entries(value).flatMap(([name, inner]) => findIds(inner, `${path}.${name}`, depth - 1));
}

function replaceIds(value: Json | undefined, files: ReadonlyMap<string, InlinedFile>, depth: number): Json | undefined {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => replaceIds(item, files, depth - 1) as Json);
  const place = placeOf(value);
  const file = place && files.get(place.id);
  if (file) return place.inline(file);
  const members = Object.entries(value).map(([name, inner]) => [name, replaceIds(inner, files, depth - 1)] as const);
  return Object.fromEntries(members);
}

interface Place {
  readonly id: string;
  readonly path: string;
  readonly inline: (file: InlinedFile) => JsonObject;
}

/** Where a part of one of the dialects names a file of ours, and the part with its bytes instead. */
function placeOf(part: JsonObject): Place | undefined {
  const place = placeInPart(part);
  return place && OWN_FILE_ID.test(place.id) ? place : undefined;
}

function placeInPart(part: JsonObject): Place | undefined {
  const { type, file, source, file_id: id } = part;
  if (type === 'file' && isObject(file) && typeof file['file_id'] === 'string') {
    const { file_id: fileId, ...rest } = file;
    const inline = (read: InlinedFile) => ({
      ...part,
      file: { filename: read.filename, ...rest, file_data: dataUrl(read) },
    });
    return { id: fileId, path: 'file.file_id', inline };
  }
  if ((type === 'input_file' || type === 'input_image') && typeof id === 'string') {
    const { file_id: _id, ...rest } = part;
    const inline = (read: InlinedFile): JsonObject =>
      type === 'input_image'
        ? { ...rest, image_url: dataUrl(read) }
        : { filename: read.filename, ...rest, file_data: dataUrl(read) };
    return { id, path: 'file_id', inline };
  }
  if (!isObject(source) || source['type'] !== 'file' || typeof source['file_id'] !== 'string') return undefined;
  return {
    id: source['file_id'],
    path: 'source.file_id',
    inline: (read) => ({ ...part, source: anthropicSource(read) }),
  };
}

/** Anthropic takes text as text, and all else in base64. */
function anthropicSource({ mediaType, bytes }: InlinedFile): JsonObject {
  if (mediaType.startsWith('text/') || mediaType === 'application/json') {
    return { type: 'text', media_type: 'text/plain', data: bytes.toString('utf8') };
  }
  return { type: 'base64', media_type: mediaType, data: bytes.toString('base64') };
}

function dataUrl({ mediaType, bytes }: InlinedFile): string {
  return `data:${mediaType};base64,${bytes.toString('base64')}`;
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
