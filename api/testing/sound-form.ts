const BOUNDARY = 'a-boundary';
const SAMPLE_RATE = 8_000;

export const FORM_TYPE = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** A WAV file of so many seconds of silence. */
export function silence(seconds: number): Buffer {
  const bytes = seconds * SAMPLE_RATE * 2;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8);
  [16, 1 | (1 << 16), SAMPLE_RATE, SAMPLE_RATE * 2, 2 | (16 << 16)].forEach((value, index) =>
    head.writeUInt32LE(value, 16 + index * 4),
  );
  head.write('data', 36);
  head.writeUInt32LE(bytes, 40);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
}

/** A form of these fields and this file; `null` is none. */
export function soundForm(fields: Readonly<Record<string, string>>, file: Buffer | null = silence(0.5)): Buffer {
  const part = (disposition: string): string =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n`;
  return Buffer.concat([
    ...Object.entries(fields).map(([name, value]) => Buffer.from(`${part(`name="${name}"`)}${value}\r\n`)),
    ...(file ? [Buffer.from(part('name="file"; filename="a.wav"')), file, Buffer.from('\r\n')] : []),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}
