import { describe, expect, it } from 'vitest';
import { writeForm } from './multipart-body.js';

describe('a form', () => {
  it('is read by others as it was written', async () => {
    const data = Buffer.from([0, 13, 10, 45, 45, 255]);
    const { contentType, body } = writeForm(
      [
        { name: 'model', value: 'whisper-1' },
        { name: 'timestamp_granularities[]', value: 'word' },
        { name: 'prompt', value: 'Zürich\r\n--x' },
      ],
      [{ name: 'file', filename: 'a "b"\r\n.wav', mediaType: 'audio/wav', content: data }],
    );
    const response = new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': contentType } });
    // Deprecated for servers, whose forms come from anywhere.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const form = await response.formData();
    expect(form.get('model')).toBe('whisper-1');
    expect(form.get('timestamp_granularities[]')).toBe('word');
    expect(form.get('prompt')).toBe('Zürich\r\n--x');
    const file = form.get('file') as unknown as File;
    expect([file.type, file.name]).toEqual(['audio/wav', 'a "b"\r\n.wav']);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(data);
  });

  it('has no header that a name or a type begins', () => {
    const upload = {
      name: 'file',
      filename: 'x"\r\nx-bad: 1',
      mediaType: 'audio/wav\r\nx-bad: 1',
      content: Buffer.of(1),
    };
    expect(Buffer.from(writeForm([], [upload]).body as Uint8Array).toString()).not.toMatch(/^x-bad/m);
  });
});
