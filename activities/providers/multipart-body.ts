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

/** As browsers do: what would end the quoted name is written in percent (WHATWG HTML, section 4.10.21.8). */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** A type that the caller gave must not begin a header of its own. */
function plainType(mediaType: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream';
}
