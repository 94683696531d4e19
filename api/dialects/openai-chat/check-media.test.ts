import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { parseChatRequest } from './parse-chat-request.js';

function problemOf(...content: readonly JsonObject[]) {
  const read = parseChatRequest({ model: 'm', messages: [{ role: 'user', content }] });
  return read.ok ? undefined : { param: read.error.param, code: read.error.code };
}

const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64');
const image = (data: string): JsonObject => ({
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${data}` },
});

describe('media in a request', () => {
  it.each<readonly [string, string]>([
    ['PNG', '\x89PNG\r\n\x1A\n'],
    ['JPEG', '\xFF\xD8\xFF\xE0'],
    ['GIF', 'GIF89a'],
    ['WebP', 'RIFF\x24\0\0\0WEBPVP8 '],
    ['AVIF', '\0\0\0\x20ftypavif'],
    ['SVG', ' <svg xmlns=""/>'],
    ['SVG with a byte order mark', '\xEF\xBB\xBF<svg/>'],
  ])('may be a %s', (_name, bytes) => {
    expect(problemOf(image(base64(bytes)))).toBeUndefined();
  });

  it('is refused where an image is none', () => {
    const refused = { param: 'messages[0].content[0].image_url.url', code: 'invalid_image' };
    expect(problemOf(image(base64('%PDF-1.7')))).toEqual(refused);
    expect(problemOf(image(base64('RIFF\x24\0\0\0WAVEfmt ')))).toEqual(refused);
  });

  it.each<readonly [string, JsonObject, string]>([
    ['an image', image('a b!'), 'image_url.url'],
    ['an empty image', image(''), 'image_url.url'],
    ['audio', { type: 'input_audio', input_audio: { data: 'AAAAA', format: 'wav' } }, 'input_audio.data'],
    ['a file', { type: 'file', file: { file_data: 'what? I mean' } }, 'file.file_data'],
    ['a video', { type: 'video_url', video_url: { url: 'data:video/mp4;base64,%%%%' } }, 'video_url.url'],
  ])('is refused where it is no base64: %s', (_name, part, field) => {
    const param = `messages[0].content[1].${field}`;
    expect(problemOf({ type: 'text', text: 'x' }, part)).toEqual({ param, code: 'invalid_base64' });
  });

  it('may have line breaks, the letters of URLs and no padding', () => {
    const audio = (data: string): JsonObject => ({ type: 'input_audio', input_audio: { data, format: 'wav' } });
    expect(problemOf(audio('AAEC\r\nAw-_'), audio('AAE'), audio('AA'), audio('AA=='))).toBeUndefined();
  });

  it('is left to the vendor where it is a reference', () => {
    const url = 'https://a.example/x';
    expect(
      problemOf(
        { type: 'image_url', image_url: { url } },
        { type: 'video_url', video_url: { url } },
        { type: 'file', file: { file_data: url } },
        { type: 'file', file: { file_id: 'file-1' } },
      ),
    ).toBeUndefined();
  });
});
