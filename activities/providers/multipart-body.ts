import { randomUUID } from 'node:crypto';

export interface FormPart {
  readonly name: string;
  readonly value: string;
}

export interface FormUpload {
  readonly name: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
}

/** `multipart/form-data` (RFC 7578) written out; the boundary occurs in no part, because nobody can know it before. */
export function writeForm(
  parts: readonly FormPart[],
  uploads: readonly FormUpload[],
): { readonly contentType: string; readonly body: Uint8Array } {
  const boundary = `sluice-${randomUUID()}`;
  const head = (disposition: string, type?: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`;
  const pieces = [
    ...parts.map(({ name, value }) => Buffer.from(`${head(`name="${quoted(name)}"`)}${value}\r\n`)),
    ...uploads.flatMap(({ name, filename, mediaType, data }) => [
      Buffer.from(head(`name="${quoted(name)}"; filename="${quoted(filename)}"`, plainType(mediaType))),
      data,
      Buffer.from('\r\n'),
    ]),
  ];
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

/** The same for one upload that is not held whole, after its fields. */
export function streamForm(
  fields: { readonly [name: string]: string },
  { name, filename, mediaType, pieces }: Omit<FormUpload, 'data'> & { readonly pieces: AsyncIterable<Uint8Array> },
): { readonly contentType: string; readonly pieces: AsyncIterable<Uint8Array> } {
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
  return { contentType: `multipart/form-data; boundary=${boundary}`, pieces: written() };
}

/** As browsers do: what would end the quoted name is written in percent (WHATWG HTML, section 4.10.21.8). */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** A type that the caller gave must not begin a header of its own. */
function plainType(mediaType: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream';
}
