import { randomUUID } from 'node:crypto';
import type { StoredMedia } from '../../workflows/contracts/call.js';
import type { InlineAudio } from '../../workflows/contracts/media-calls.js';
import { letGoAll, overSource } from '../streams/over-source.js';
import type { VendorBody } from './http.js';
import type { OpenStored } from './port.js';
import { NOTHING_STORED } from './stored-media.js';

export interface FormPart {
  readonly name: string;
  readonly value: string;
}

export interface FormUpload {
  readonly name: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly content: Uint8Array | StoredMedia;
}

/** A file of a call, as it goes into a form: one that rests in the object store is read only when it is sent. */
export function toUpload(
  { name, filename }: Pick<FormUpload, 'name' | 'filename'>,
  media: InlineAudio | StoredMedia,
): FormUpload {
  const content = media.type === 'stored' ? media : Buffer.from(media.data, 'base64');
  return { name, filename, mediaType: media.mediaType, content };
}

/**
 * `multipart/form-data` (RFC 7578) written out; the boundary occurs in no part, because nobody can know it before. Bytes where
 * all of it is at hand, else what is opened when it is sent, of a length that is known before.
 */
export function writeForm(
  parts: readonly FormPart[],
  uploads: readonly FormUpload[],
  open: OpenStored = NOTHING_STORED,
): { readonly contentType: string; readonly body: Uint8Array | VendorBody } {
  const boundary = `sluice-${randomUUID()}`;
  const head = (disposition: string, type?: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`;
  const pieces = [
    ...parts.map(({ name, value }) => Buffer.from(`${head(`name="${quoted(name)}"`)}${value}\r\n`)),
    ...uploads.flatMap(({ name, filename, mediaType, content }) => [
      Buffer.from(head(`name="${quoted(name)}"; filename="${quoted(filename)}"`, plainType(mediaType))),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ];
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: toBody(pieces, open) };
}

/** The bytes of all pieces, one behind the other. */
function toBody(pieces: readonly (Uint8Array | StoredMedia)[], open: OpenStored): Uint8Array | VendorBody {
  const atHand = pieces.filter((piece) => piece instanceof Uint8Array);
  if (atHand.length === pieces.length) return Buffer.concat(atHand);
  return {
    length: pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.bytes), 0),
    open: async () => {
      // Before anything is sent, so that a file that is gone costs no call.
      const opened = await openAll(
        pieces.filter((piece): piece is StoredMedia => !(piece instanceof Uint8Array)),
        open,
      );
      return overSource(inTurn(pieces, opened), ...opened);
    },
  };
}

/** All of them, or none: those that are open already are let go of where another cannot be opened. */
async function openAll(files: readonly StoredMedia[], open: OpenStored): Promise<readonly AsyncIterable<Uint8Array>[]> {
  const tried = await Promise.allSettled(files.map(open));
  const opened = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed === undefined) return opened;
  await letGoAll(opened);
  throw failed.reason;
}

async function* inTurn(
  pieces: readonly (Uint8Array | StoredMedia)[],
  files: readonly AsyncIterable<Uint8Array>[],
): AsyncGenerator<Uint8Array> {
  const rest = files[Symbol.iterator]();
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* rest.next().value ?? [];
  }
}

/** The same for one upload whose length nobody knows before, after its fields; once. */
export function streamForm(
  fields: { readonly [name: string]: string },
  { name, filename, mediaType, pieces }: Omit<FormUpload, 'content'> & { readonly pieces: AsyncIterable<Uint8Array> },
): { readonly contentType: string; readonly body: VendorBody } {
  const boundary = `sluice-${randomUUID()}`;
  const begin = `--${boundary}\r\ncontent-disposition: form-data; name=`;
  const written = async function* (): AsyncGenerator<Uint8Array> {
    for (const [field, value] of Object.entries(fields)) {
      yield Buffer.from(`${begin}"${quoted(field)}"\r\n\r\n${value}\r\n`);
    }
    const type = `content-type: ${plainType(mediaType)}\r\n\r\n`;
    yield Buffer.from(`${begin}"${quoted(name)}"; filename="${quoted(filename)}"\r\n${type}`);
    yield* pieces;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  };
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: { open: () => Promise.resolve(written()) } };
}

/** As browsers do: what would end the quoted name is written in percent (WHATWG HTML, section 4.10.21.8). */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** A type that the caller gave must not begin a header of its own. */
function plainType(mediaType: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream';
}
